using System.CommandLine;
using Spectre.Console;
using Spectre.Console.Rendering;
using Swift.Cli.Commands.Experiments;
using Swift.Cli.Terminal;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Audit;

/// <summary><c>swift audit diff</c></summary>
internal sealed class ShowDiff : SwiftCommand
{
    private readonly Argument<string> _experiment = ExperimentArgument.Create();
    private readonly Option<long?> _from = new("--from") { Description = "Version before; 0 = before the first event. Default: one before --to" };
    private readonly Option<long?> _to = new("--to") { Description = "Version after. Default: the newest" };

    public ShowDiff() : base("diff", "Shows what changed between two versions, field by field, and which event changed it")
    {
        Add(_experiment);
        Add(_from);
        Add(_to);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var id = await run.ExperimentIdAsync(_experiment, ct);
        run.Output.Result(await run.Api.GetDiff(id, run.Get(_from), run.Get(_to), ct), Draw);
        return ExitCode.Done;
    }

    private static IRenderable Draw(ExperimentDiff diff)
    {
        var table = Tables.Plain("field", "before", "after", "by event");
        foreach (var change in diff.Changes)
            table.AddRow(new Text(change.Path), new Text(AuditText.Value(change.Before)), new Text(AuditText.Value(change.After)), new Text($"{change.ChangedBy}"));
        return new Rows(new Text($"version {diff.From} → {diff.To}: {diff.Changes.Count} fields"), table);
    }
}
