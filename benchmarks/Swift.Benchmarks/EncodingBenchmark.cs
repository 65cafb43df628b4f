using System.CommandLine;
using System.Diagnostics;
using Swift.Contracts.Pipelines;
using Swift.Data.Arithmetic;
using Swift.Data.Datasets;
using Swift.Data.Encodings;
using Swift.Models;
using Swift.Models.Tokenizers;
using Swift.Training.Supervised;

namespace Swift.Benchmarks;

/// <summary>What a segment of one optimiser step costs when it reads and encodes its data set again, and when it maps the one that an earlier segment or run made.</summary>
internal static class EncodingBenchmark
{
    public static Command CreateCommand()
    {
        Option<string?> data = new("--data") { Description = "File of rows. Default: arithmetic problems" };
        Option<int> rows = new("--rows") { Description = "Of the problems", DefaultValueFactory = _ => 50_000 };
        Option<int> rounds = new("--rounds") { DefaultValueFactory = _ => 3 };
        Command command = new("encoding", "Seconds of a segment with and without the encoding cache") { data, rows, rounds };
        command.SetAction(async (parsed, ct) =>
        {
            var folder = Directory.CreateTempSubdirectory("swift-benchmark-").FullName;
            try
            {
                await RunAsync(folder, parsed.GetValue(data), parsed.GetValue(rows), parsed.GetValue(rounds), ct);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        });
        return command;
    }

    private static async Task RunAsync(string folder, string? data, int rows, int rounds, CancellationToken ct)
    {
        var train = data ?? Path.Combine(folder, "train.jsonl");
        if (data is null)
            ArithmeticProblems.Write(train, Path.Combine(folder, "test.jsonl"), new ArithmeticOptions { Train = rows, LargestNumber = 1000 });
        var tokenizer = Path.Combine(folder, "tokenizer");
        BytePairTrainer.Train(File.ReadLines(train).Take(1000), new BytePairTrainerOptions { VocabularySize = 1024 }, tokenizer, ct);
        var model = Path.Combine(folder, "model");
        ModelFolder.Initialize(new ModelConfigSpec { HiddenSize = 32, NumHiddenLayers = 2, NumAttentionHeads = 2, MaxPositionEmbeddings = 1024 }, tokenizer, seed: 1, model);
        var cache = Path.Combine(folder, "encoded");
        var digest = new DatasetFile(train, null, "train.jsonl").ComputeDigest();

        var first = Seconds(cache);
        var file = new FileInfo(Directory.EnumerateFiles(cache).Single());
        using (var encoded = EncodedDataset.Find(file.FullName)!)
            Console.WriteLine($"{Path.GetFileName(train)}: {new FileInfo(train).Length / 1e6:F1} MB, {encoded.RowCount:N0} rows, {encoded.Tokens:N0} tokens; encoded {file.Length / 1e6:F1} MB");
        var (with, without, ratio) = await Paired.MeasureAsync(rounds, _ => Task.FromResult(Seconds(cache)), _ => Task.FromResult(Seconds(null)));
        Console.WriteLine($"segment of one step: encoding {without:F2} s; making the encoding that stays {first:F2} s; mapping it {with:F2} s; ratio {1 / ratio:F1}, medians of {rounds} paired rounds");
        var opened = Stopwatch.StartNew();
        EncodedDataset.Find(file.FullName)!.Dispose();
        Console.WriteLine($"of that, checking every byte of the file and opening it: {opened.Elapsed.TotalMilliseconds:F0} ms");

        double Seconds(string? encodings)
        {
            var watch = Stopwatch.StartNew();
            SupervisedFineTuning.RunSegment(
                new SupervisedSegment
                {
                    ModelFolder = model,
                    FromStep = 0,
                    Datasets = [new DatasetFile(train, null, "train.jsonl") { Digest = digest }],
                    Data = new DataSpec { Dataset = ["train.jsonl"], MaxLength = 1024, Packing = true },
                    EncodingFolder = encodings,
                    Train = new TrainSpec { MaxSteps = 1, GradientAccumulationSteps = 1 },
                    Seed = 1,
                    OutputFolder = Directory.CreateDirectory(Path.Combine(folder, Guid.NewGuid().ToString("N"))).FullName,
                },
                null, ct);
            return watch.Elapsed.TotalSeconds;
        }
    }
}
