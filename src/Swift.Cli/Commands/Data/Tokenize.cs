using System.CommandLine;
using System.Text;
using Spectre.Console;
using Swift.Cli.Generation;
using Swift.Cli.Terminal;

namespace Swift.Cli.Commands.Data;

/// <summary><c>swift tokenize</c></summary>
internal sealed class Tokenize : SwiftCommand
{
    /// <summary>Lines are collected up to here before they are written.</summary>
    private const int WrittenAtOnce = 1 << 16;

    private readonly Argument<string?> _text = new("text") { Description = "A text to look at, token by token. Default: standard input", HelpName = "TEXT", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string> _model = new("--model", "--tokenizer")
    {
        Description = "A model folder, tokenizer.json, tokenizer.model, or a GGUF file", HelpName = "PATH", Required = true,
    };

    private readonly Option<string?> _input = new("--input") { Description = "A JSON string a line (- for standard input); writes a JSON array of ids for each", HelpName = "FILE" };
    private readonly Option<bool> _detokenize = new("--detokenize") { Description = "The other way: a JSON array of ids a line becomes a JSON string" };
    private readonly Option<bool> _special = new("--add_special_tokens") { Description = "Put around every text what the model expects there" };

    public Tokenize() : base("tokenize", "Makes token ids of text, or text of ids")
    {
        Add(_text);
        Add(_model);
        Add(_input);
        Add(_detokenize);
        Add(_special);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        if (run.Get(_text) is not null && run.Has(_input)) throw new UsageException("Give a TEXT or --input, not both.");
        if (run.Get(_detokenize) && run.Get(_special)) throw new UsageException("--add_special_tokens is for texts; with --detokenize it means nothing.");
        var tokenizer = LocalTokenizer.Load(run.GetRequired(_model));
        if (run.Get(_detokenize))
        {
            WriteLines(Lines(run).Select(line => JsonLine.Write(tokenizer.Decode(JsonLine.ReadIds(line.Line, line.Place, tokenizer.VocabularySize), skipSpecialTokens: false))), ct);
            return ExitCode.Done;
        }
        int[] Encode(string text) => run.Get(_special) ? tokenizer.EncodeWithSpecialTokens(text) : tokenizer.Encode(text);
        if (run.Has(_input))
        {
            WriteLines(Lines(run).Select(line => JsonLine.Write(Encode(JsonLine.ReadString(line.Line, line.Place)))), ct);
            return ExitCode.Done;
        }
        var text = run.Get(_text) ?? await Console.In.ReadToEndAsync(ct);
        run.Output.Result(Encode(text).Select(id => new Token(id, tokenizer.Decode([id], skipSpecialTokens: false))).ToList(), Draw);
        return ExitCode.Done;
    }

    private IEnumerable<(string Line, string Place)> Lines(CommandRun run) =>
        run.Get(_text) is { } text ? [(text, "TEXT")] : TextInput.Lines(run.Get(_input) ?? TextInput.StandardInput);

    /// <summary>What came out before a line that is wrong is written, too.</summary>
    private static void WriteLines(IEnumerable<string> lines, CancellationToken ct)
    {
        var collected = new StringBuilder();
        try
        {
            foreach (var line in lines)
            {
                ct.ThrowIfCancellationRequested();
                collected.Append(line).Append('\n');
                if (collected.Length < WrittenAtOnce) continue;
                Console.Out.Write(collected);
                collected.Clear();
            }
        }
        finally
        {
            Console.Out.Write(collected);
        }
    }

    private static Rows Draw(IReadOnlyList<Token> tokens)
    {
        var table = Tables.Plain("id", "text");
        foreach (var token in tokens)
            table.AddTextRow(token.Id.ToString(), JsonLine.Write(token.Text));
        return new Rows(table, new Text($"{tokens.Count} tokens"));
    }

    private sealed record Token(int Id, string Text);
}
