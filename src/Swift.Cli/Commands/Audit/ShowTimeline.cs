using System.CommandLine;
using Spectre.Console;
using Spectre.Console.Rendering;
using Swift.Cli.Commands.Experiments;
using Swift.Cli.Terminal;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Audit;

/// <summary><c>swift audit timeline</c></summary>
internal sealed class ShowTimeline : SwiftCommand
{
    private readonly Argument<string> _experiment = ExperimentArgument.Create();

    public ShowTimeline() : base("timeline", "Shows where the time went: waiting, stages, every attempt of every segment, pauses") => Add(_experiment);

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        run.Output.Result(await run.Api.GetTimeline(await run.ExperimentIdAsync(_experiment, ct), ct), Draw);
        return ExitCode.Done;
    }

    private static IRenderable Draw(ExperimentTimeline timeline)
    {
        var table = Tables.Plain("phase", "events", "began", "lasted", "waited", "worked", "outcome", "worker");
        foreach (var phase in timeline.Phases)
        {
            Row(phase.Name, $"{phase.FromVersion}-{phase.ToVersion}", phase.StartedAt, AuditText.Seconds(phase.Seconds), "", "", phase.Outcome, "");
            foreach (var segment in phase.Segments)
                Row($"  {segment.Name}{(segment.Attempt > 1 ? $" (attempt {segment.Attempt})" : "")}", "", segment.RequestedAt, "",
                    AuditText.Seconds(segment.WaitedSeconds), AuditText.Seconds(segment.WorkedSeconds), segment.Outcome, AuditText.Worker(segment.Worker));
        }
        return new Rows(new Text($"{timeline.Name}: {timeline.Status.ToString().ToLowerInvariant()} after {AuditText.Seconds(timeline.Seconds)}"), table);

        void Row(string name, string events, DateTimeOffset began, string lasted, string waited, string worked, Enum outcome, string worker) => table.AddRow(
            new Text(name), new Text(events), new Text(AuditText.Time(began)), new Text(lasted), new Text(waited), new Text(worked),
            new Text(outcome.ToString().ToLowerInvariant()), new Text(worker));
    }
}
