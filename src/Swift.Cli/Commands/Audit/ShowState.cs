using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;
using Swift.Cli.Commands.Experiments;
using Swift.Cli.Watching;
using Swift.Contracts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Audit;

/// <summary><c>swift audit state</c></summary>
internal sealed class ShowState : SwiftCommand
{
    private readonly Argument<string> _experiment = ExperimentArgument.Create();
    private readonly Option<long?> _version = new("--version") { Description = "After this event" };
    private readonly Option<string> _at = new("--at") { Description = "At this moment: 2026-11-24T10:15:00Z", HelpName = "TIME" };

    public ShowState() : base("state", "Shows what an experiment was after an event or at a moment, folded from its events")
    {
        Add(_experiment);
        Add(_version);
        Add(_at);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var id = await run.ExperimentIdAsync(_experiment, ct);
        run.Output.Result(await run.Api.GetStateAt(id, run.Get(_version), run.Get(_at), ct), Draw);
        return ExitCode.Done;
    }

    private static IRenderable Draw(ExperimentStateAt state) => new Rows(
        new Text($"version {state.Version}, {AuditText.Time(state.At)}, after {state.EventType}"),
        new Text($"state {state.StateDigest}"),
        ExperimentPicture.Whole(state.State.Deserialize<ExperimentView>(SwiftJson.Options)!));
}
