using System.CommandLine;
using Spectre.Console;
using Swift.Cli.Terminal;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Registry;

/// <summary><c>swift models history</c></summary>
internal sealed class ShowAliasHistory : SwiftCommand
{
    private readonly Argument<string> _name = ModelArguments.Name();
    private readonly Argument<string> _alias = ModelArguments.Alias();

    public ShowAliasHistory() : base("history", "Shows every move of an alias and every promotion that was refused")
    {
        Add(_name);
        Add(_alias);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        run.Output.Result(await run.Api.GetAliasHistory(run.GetRequired(_name), run.GetRequired(_alias), ct), Draw);
        return ExitCode.Done;
    }

    private static Table Draw(IReadOnlyList<AliasDecision> history)
    {
        var table = Tables.Plain("when", "what", "from", "version", "by", "reason");
        foreach (var d in history)
            table.AddTextRow(Formats.Time(d.At), d.Moved ? "moved" : "refused", d.FromVersion?.ToString() ?? "", d.Version.ToString(), d.Actor, d.Reason);
        return table;
    }
}
