using System.CommandLine;
using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;
using Swift.Models.Tokenizers;

namespace Swift.Cli.Commands.Data;

/// <summary><c>swift tokenizer train</c></summary>
internal sealed class TrainTokenizer : SwiftCommand
{
    private readonly Option<string[]> _dataset = new("--dataset")
    {
        Description = "JSON lines files whose messages are learned from, or .txt files",
        HelpName = "FILE",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int> _size = new("--vocab_size") { Description = "Tokens: 256 bytes, merges, special tokens", DefaultValueFactory = _ => 1024 };
    private readonly Option<string> _output = new("--output", "-o") { Description = "Folder for tokenizer.json and tokenizer_config.json", HelpName = "DIR", Required = true };

    public TrainTokenizer() : base("train", "Trains a byte-level BPE with ChatML's special tokens")
    {
        Add(_dataset);
        Add(_size);
        Add(_output);
    }

    protected override Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var output = Path.GetFullPath(run.GetRequired(_output));
        var tokenizer = BytePairTrainer.Train(
            run.GetRequired(_dataset).SelectMany(file => Texts(file, ct)), new BytePairTrainerOptions { VocabularySize = run.Get(_size) }, output, ct);
        run.Output.ResultText(new Trained(output, tokenizer.VocabularySize), t => $"{t.Folder}: {t.VocabSize} tokens");
        return Task.FromResult(ExitCode.Done);
    }

    /// <summary>Role and content of every message, because a chat template writes both; of a .txt file, the whole text.</summary>
    internal static IEnumerable<string> Texts(string file, CancellationToken ct)
    {
        if (file.EndsWith(".txt", StringComparison.OrdinalIgnoreCase))
            return [File.ReadAllText(file)];
        DataSpec order = new() { Dataset = [file], DatasetShuffle = false };
        return DatasetReader.Load([DatasetFile.Parse(file)], order, RowUse.Learn, seed: 0, ct).Rows
            .SelectMany(r => r.Messages).SelectMany(m => new[] { m.Role, m.Content });
    }

    private sealed record Trained(string Folder, int VocabSize);
}
