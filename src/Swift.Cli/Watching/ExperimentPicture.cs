using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using Swift.Cli.Terminal;
using Swift.Contracts.Experiments;

namespace Swift.Cli.Watching;

/// <summary>An experiment as a table of its stages.</summary>
internal static class ExperimentPicture
{
    private const int BarWidth = 20;

    /// <summary>Everything that a person asks about a finished or a standing experiment.</summary>
    public static IRenderable Whole(ExperimentView view)
    {
        var rows = new List<IRenderable> { Head(view), Stages(new WatchedExperiment(view), view.FinishedAt ?? DateTimeOffset.UtcNow) };
        if (Artifacts(view) is { } artifacts)
            rows.Add(artifacts);
        if (view.Failure is { } failure)
            rows.Add(new Text($"{failure.Code}: {failure.Message}", new Style(Color.Red)));
        return new Rows(rows);
    }

    /// <summary>What changes while it runs.</summary>
    public static IRenderable Live(WatchedExperiment watched, DateTimeOffset now, string? note)
    {
        var rows = new List<IRenderable> { Head(watched.View), Stages(watched, now) };
        if (note is not null)
            rows.Add(new Text(note, new Style(Color.Yellow)));
        return new Rows(rows);
    }

    private static Columns Head(ExperimentView view) =>
        new Columns(new Text(view.Name, new Style(decoration: Decoration.Bold)), new Text(view.Id.ToString()), StatusText.Of(view.Status)).Collapse();

    private static Table Stages(WatchedExperiment watched, DateTimeOffset now)
    {
        var table = Tables.Plain("stage", "status", "time", "progress", "", "now", "left");
        foreach (var stage in watched.View.Stages)
            table.AddRow(
                new Text(stage.Name), StatusText.Of(stage.Status), new Text(Time(stage, now)), Bar(watched, stage.Index),
                new Text(Steps(watched, stage.Index)), new Text(Details(watched, stage)),
                new Text(stage.Status == StageStatus.Running && watched.Remaining(stage.Index, now) is { } left ? Formats.Duration(left) : ""));
        return table;
    }

    private static Table? Artifacts(ExperimentView view)
    {
        var table = Tables.Plain("artifact", "of", "digest", "size");
        foreach (var stage in view.Stages)
            foreach (var (name, artifact) in stage.Artifacts)
                table.AddTextRow(name, stage.Name, artifact.Digest, Formats.Bytes(artifact.Size));
        return table.Rows.Count > 0 ? table : null;
    }

    private static string Time(StageView stage, DateTimeOffset now) =>
        stage.StartedAt is { } started ? Formats.Duration((stage.FinishedAt ?? now) - started) : "";

    private static Text Bar(WatchedExperiment watched, int stage)
    {
        if (watched.View.Stages[stage].Status == StageStatus.Pending || watched.ShareDone(stage) is not { } share)
            return Text.Empty;
        var full = (int)Math.Round(share * BarWidth);
        return new Text(new string('━', full) + new string('╌', BarWidth - full), new Style(Color.Blue));
    }

    private static string Steps(WatchedExperiment watched, int stage) =>
        watched.View.Stages[stage].Status != StageStatus.Pending && watched.StepsOf(stage) is { } steps ? $"{steps.Done}/{steps.Total}" : "";

    /// <summary>Scores, or what the segments under way report, and whatever did not go smoothly.</summary>
    public static string Details(WatchedExperiment watched, StageView stage)
    {
        List<string> parts = [.. stage.Scores.Select(s => $"{s.Key} {Formats.Percent(s.Value)}")];
        if (stage.PolicyVersion is { } version)
            parts.Add($"policy {version}");
        var progress = watched.ProgressOf(stage.Index);
        if (progress.Count > 0)
        {
            parts.AddRange(progress[^1].Latest.Where(l => l.Key is "loss" or "reward" or "accuracy" or "kl").Select(l => $"{l.Key} {Formats.Number(l.Value)}"));
            var sameUnit = progress.Where(p => p.RateUnit == progress[^1].RateUnit && p.Rate > 0).Sum(p => p.Rate);
            if (sameUnit > 0)
                parts.Add($"{sameUnit.ToString("N0", CultureInfo.InvariantCulture)} {progress[^1].RateUnit}");
        }
        if (stage.Endpoint is { } endpoint)
            parts.Add(endpoint);
        if (stage.Registration is { } registration)
            parts.Add($"{registration.ModelName}@{registration.Version} {(registration.Promoted ? "is" : "not")} {registration.Alias}");
        if (stage.Retries > 0)
            parts.Add($"{stage.Retries} retried");
        if (stage.RowsDropped > 0)
            parts.Add($"{stage.RowsDropped} rows dropped");
        if (stage.Failure is { } failure)
            parts.Add(failure.Code);
        return string.Join(", ", parts);
    }
}
