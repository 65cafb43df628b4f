using System.CommandLine;
using Spectre.Console;
using Swift.Cli.Terminal;
using Swift.Models.Tokenizers;

namespace Swift.Cli.Commands.Data;

/// <summary><c>swift tokenize</c></summary>
internal sealed class Tokenize : SwiftCommand
{
    private readonly Argument<string?> _text = new("text") { Description = "Default: standard input", HelpName = "TEXT", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string> _tokenizer = new("--tokenizer", "--model") { Description = "tokenizer.json, or a folder that holds one", HelpName = "PATH", Required = true };

    public Tokenize() : base("tokenize", "Shows the tokens of a text")
    {
        Add(_text);
        Add(_tokenizer);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var tokenizer = TokenizerFile.Load(run.GetRequired(_tokenizer));
        var text = run.Get(_text) ?? await Console.In.ReadToEndAsync(ct);
        var tokens = tokenizer.Encode(text).Select(id => new Token(id, tokenizer.Decode([id], skipSpecialTokens: false))).ToList();
        run.Output.Result(tokens, Draw);
        return ExitCode.Done;
    }

    private static Rows Draw(IReadOnlyList<Token> tokens)
    {
        var table = Tables.Plain("id", "text");
        foreach (var token in tokens)
            table.AddRow(token.Id.ToString(), System.Text.Json.JsonSerializer.Serialize(token.Text, Contracts.SwiftJson.Options));
        return new Rows(table, new Text($"{tokens.Count} tokens"));
    }

    private sealed record Token(int Id, string Text);
}
