using System.CommandLine;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;
using Swift.Models.Tokenizers;

namespace Swift.Cli.Commands.Data;

/// <summary><c>swift tokenizer train</c></summary>
internal sealed class TrainTokenizer : SwiftCommand
{
    private readonly Option<string[]> _dataset = new("--dataset")
    {
        Description = "Data sets whose messages are learned from, .txt files, or - for text on standard input",
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
            run.GetRequired(_dataset).SelectMany(file => Texts(file, dropped => run.Output.Message(Describe(dropped)), ct)), new BytePairTrainerOptions { VocabularySize = run.Get(_size) }, output, ct);
        run.Output.ResultText(new Trained(output, tokenizer.VocabularySize), t => $"{t.Folder}: {t.VocabSize} tokens");
        return Task.FromResult(ExitCode.Done);
    }

    /// <summary>Role and content of every message, because a chat template writes both; of a .txt file, the whole text.</summary>
    /// <param name="report">Is told of rows that are left out.</param>
    internal static IEnumerable<string> Texts(string file, Action<DroppedRows>? report, CancellationToken ct)
    {
        if (file == TextInput.StandardInput || file.EndsWith(".txt", StringComparison.OrdinalIgnoreCase))
            return [TextInput.ReadAll(file)];
        DataSpec order = new() { Dataset = [file], DatasetShuffle = false };
        var loaded = DatasetReader.Load([DatasetFile.Parse(file)], order, RowUse.Learn, seed: 0, ct);
        foreach (var dropped in loaded.Dropped)
            report?.Invoke(dropped);
        return loaded.Rows.SelectMany(row => row.Messages).SelectMany(message => new[] { message.Role, message.Content });
    }

    private static string Describe(DroppedRows dropped) =>
        $"{dropped.Dataset}: {dropped.Count} rows left out ({dropped.Reason}), line {string.Join(", ", dropped.Lines)}{(dropped.Count > dropped.Lines.Count ? ", …" : "")}";

    private sealed record Trained(string Folder, int VocabSize);
}
