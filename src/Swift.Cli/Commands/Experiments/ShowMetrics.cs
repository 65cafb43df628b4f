using System.CommandLine;
using Spectre.Console;
using Swift.Cli.Terminal;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Experiments;

/// <summary><c>swift experiments metrics</c></summary>
internal sealed class ShowMetrics : SwiftCommand
{
    private readonly Argument<string> _experiment = ExperimentArgument.Create();
    private readonly Option<string> _name = new("--name") { Description = "Only this metric: loss, reward, …" };

    public ShowMetrics() : base("metrics", "Shows first, best and last value of every metric (--json: all points)")
    {
        Add(_experiment);
        Add(_name);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var series = await run.Api.GetMetrics(await run.ExperimentIdAsync(_experiment, ct), run.Get(_name), ct);
        run.Output.Result(series, Draw);
        return ExitCode.Done;
    }

    private static Table Draw(IReadOnlyList<MetricSeries> series)
    {
        var table = Tables.Plain("stage", "metric", "points", "first", "least", "greatest", "last", "at step");
        foreach (var s in series.Where(s => s.Points.Count > 0))
            table.AddTextRow(
                s.Stage, s.Name, s.Points.Count.ToString(), Formats.Number(s.Points[0].Value), Formats.Number(s.Points.Min(p => p.Value)),
                Formats.Number(s.Points.Max(p => p.Value)), Formats.Number(s.Points[^1].Value), s.Points[^1].Step.ToString());
        return table;
    }
}
