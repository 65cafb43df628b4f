using System.CommandLine;
using Swift.Cli.Terminal;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Registry;

/// <summary><c>swift models alias</c></summary>
internal sealed class ShowAlias : SwiftCommand
{
    private readonly Argument<string> _name = ModelArguments.Name();
    private readonly Argument<string> _alias = ModelArguments.Alias();
    private readonly Option<string> _at = new("--at") { Description = "Any moment, with its offset: 2026-11-01T00:00:00Z. Default: now", HelpName = "MOMENT" };

    public ShowAlias() : base("alias", "Shows what an alias means, or meant at any moment, and why")
    {
        Add(_name);
        Add(_alias);
        Add(_at);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var alias = await run.Api.GetAlias(run.GetRequired(_name), run.GetRequired(_alias), run.Get(_at), ct);
        run.Output.ResultText(alias, AliasText.Of);
        return ExitCode.Done;
    }
}

/// <summary>An alias as lines of text.</summary>
internal static class AliasText
{
    public static string Of(AliasView alias) => $"""
        {alias.Name}@{alias.Version.Version} is {alias.Alias} since {Formats.Time(alias.Since)}, by {alias.Actor}: {alias.Reason}
        {alias.Version.Model.Digest}
        """;
}
