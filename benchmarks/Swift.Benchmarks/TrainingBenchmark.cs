using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Arithmetic;
using Swift.Data.Datasets;
using Swift.Models;
using Swift.Models.Tokenizers;
using Swift.Training.Supervised;

namespace Swift.Benchmarks;

/// <summary>Training tokens per second of a small Qwen3-shaped decoder, beside PyTorch if Python has it (benchmarks/pytorch/train.py: same shape, batch, optimiser).</summary>
internal static class TrainingBenchmark
{
    private const int Length = 256;
    private const int Batch = 8;
    private const int WarmUp = 3;

    private static readonly ModelConfigSpec Shape = new()
    {
        VocabSize = 1024,
        HiddenSize = 256,
        IntermediateSize = 768,
        NumHiddenLayers = 4,
        NumAttentionHeads = 4,
        MaxPositionEmbeddings = Length,
    };

    public static Command CreateCommand()
    {
        Option<int> steps = new("--steps") { Description = "Measured optimiser steps", DefaultValueFactory = _ => 20 };
        Option<string> python = new("--python") { Description = "Interpreter that has torch", DefaultValueFactory = _ => "python3" };
        Option<int> rounds = new("--rounds") { DefaultValueFactory = _ => 3 };
        Command command = new("training", "Training tokens per second, beside PyTorch") { steps, python, rounds };
        command.SetAction(async (parsed, ct) =>
        {
            if (await PyTorchAsync(parsed.GetValue(python)!, 1, ct) is not { } torch)
            {
                Console.WriteLine($"Swift    {Measure(parsed.GetValue(steps), ct),10:N0} tokens/s");
                Console.WriteLine("PyTorch  not installed (Debian: apt-get install python3-torch libopenblas0-openmp, and --python /usr/bin/python3)");
                return;
            }
            var (ours, theirs, ratio) = await Paired.MeasureAsync(
                parsed.GetValue(rounds),
                _ => Task.FromResult(Measure(parsed.GetValue(steps), ct)),
                async _ => (await PyTorchAsync(parsed.GetValue(python)!, parsed.GetValue(steps), ct))!.Value.TokensPerSecond);
            Console.WriteLine($"Swift    {ours,10:N0} tokens/s");
            Console.WriteLine($"{torch.Framework}  {theirs:N0} tokens/s   ratio {ratio:F2}, medians of {parsed.GetValue(rounds)} paired rounds");
        });
        return command;
    }

    private static double Measure(int steps, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("swift-benchmark-").FullName;
        try
        {
            var train = Path.Combine(folder, "train.jsonl");
            ArithmeticProblems.Write(train, Path.Combine(folder, "test.jsonl"), new ArithmeticOptions { Train = 20_000 });
            var tokenizer = Path.Combine(folder, "tokenizer");
            BytePairTrainer.Train(File.ReadLines(train).Take(2000), new BytePairTrainerOptions { VocabularySize = Shape.VocabSize!.Value }, tokenizer, ct);
            var model = Path.Combine(folder, "model");
            ModelFolder.Initialize(Shape, tokenizer, seed: 42, model);
            StepClock clock = new();
            var outcome = SupervisedFineTuning.RunSegment(
                new SupervisedSegment
                {
                    ModelFolder = model,
                    FromStep = 0,
                    Datasets = [new DatasetFile(train, null, train)],
                    Data = new DataSpec { Dataset = [train], MaxLength = Length, Packing = true, LossScale = "all" },
                    Train = new TrainSpec
                    {
                        LearningRate = 1e-4,
                        MaxSteps = WarmUp + steps,
                        PerDeviceTrainBatchSize = Batch,
                        GradientAccumulationSteps = 1,
                        SegmentSteps = WarmUp + steps,
                        SegmentSeconds = int.MaxValue,
                    },
                    Seed = 42,
                    OutputFolder = Path.Combine(folder, "checkpoint"),
                },
                clock, ct);
            return (double)outcome.Tokens * steps / outcome.Step / clock.Since(WarmUp).TotalSeconds;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Null when Python or its torch is absent.</summary>
    private static async Task<(string Framework, double TokensPerSecond)?> PyTorchAsync(string python, int steps, CancellationToken ct)
    {
        try
        {
            ProcessStartInfo start = new(python, [ScriptPath(), "--steps", steps.ToString()]) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            var output = await process.StandardOutput.ReadToEndAsync(ct);
            await process.WaitForExitAsync(ct);
            if (process.ExitCode != 0)
                return null;
            var answer = JsonSerializer.Deserialize<JsonElement>(output);
            return (answer.GetProperty("framework").GetString()!, answer.GetProperty("tokens_per_second").GetDouble());
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string ScriptPath()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Swift.sln")))
                return Path.Combine(folder.FullName, "benchmarks", "pytorch", "train.py");
        throw new InvalidOperationException($"No Swift.sln above {AppContext.BaseDirectory}.");
    }

    /// <summary>When each step ended.</summary>
    private sealed class StepClock : IProgress<WorkProgress>
    {
        private readonly Dictionary<int, long> _ends = [];

        public void Report(WorkProgress value) => _ends[value.Done] = Stopwatch.GetTimestamp();

        public TimeSpan Since(int step) => Stopwatch.GetElapsedTime(_ends[step], _ends[_ends.Keys.Max()]);
    }
}
