using Swift.Cli.Commands.Data;
using Swift.Data.Arithmetic;
using Swift.Models.Tokenizers;

namespace Swift.Cli.Demo;

/// <summary>What the demo learns from: word problems, others to be tested on, and a tokenizer trained from the former. The same size gives the same bytes.</summary>
internal sealed record DemoFiles(string Train, string Test, string Tokenizer, string Pipeline)
{
    /// <summary>Writes everything anew into the folder.</summary>
    public static DemoFiles Write(string folder, DemoSize size, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        DemoFiles files = new(
            Path.Combine(folder, "train.jsonl"), Path.Combine(folder, "test.jsonl"),
            Path.Combine(folder, "tokenizer"), Path.Combine(folder, "pipeline.yaml"));
        ArithmeticProblems.Write(files.Train, files.Test, size.Problems);
        BytePairTrainer.Train(
            TrainTokenizer.Texts(files.Train, report: null, ct), new BytePairTrainerOptions { VocabularySize = size.VocabularySize }, files.Tokenizer, ct);
        File.WriteAllText(files.Pipeline, size.Recipe());
        return files;
    }
}
