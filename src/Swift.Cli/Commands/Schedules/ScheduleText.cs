using System.Text;
using Swift.Cli.Terminal;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Schedules;

/// <summary>A schedule as a person reads it.</summary>
internal static class ScheduleText
{
    public static string Of(ScheduleView schedule)
    {
        var text = new StringBuilder();
        var spec = schedule.Spec;
        text.AppendLine($"{schedule.Name}: {spec.Pipeline}{(spec.PipelineVersion is { } version ? $" version {version}" : "")} by \"{spec.Cron}\" in {spec.TimeZone}");
        text.AppendLine(schedule.Paused is { } paused
            ? $"paused since {Formats.Time(paused.Since)} by {paused.By}: {paused.Reason}"
            : schedule.NextFire is { } next ? $"next: {Formats.Time(next.NominalTime)}" : schedule.Problem ?? "no further fire");
        foreach (var run in schedule.Running) text.AppendLine($"running: {run.Experiment} of {Formats.Time(run.NominalTime)}");
        if (schedule.Buffered is { } buffered) text.AppendLine($"waiting: {Formats.Time(buffered)}");
        if (schedule.Requested.Count > 0) text.AppendLine($"asked for and waiting: {schedule.Requested.Count}");
        var counts = schedule.Counts;
        text.AppendLine($"fired {counts.Fired}, skipped {counts.Skipped}, missed {counts.Missed}, failed {counts.Failed}");
        foreach (var fire in schedule.Recent.Reverse())
        {
            text.AppendLine($"  {Formats.Time(fire.NominalTime)}  {fire.Outcome,-8} {fire.Experiment?.ToString() ?? ""} {fire.Status?.ToString().ToLowerInvariant() ?? fire.Reason ?? ""}".TrimEnd());
        }
        return text.ToString().TrimEnd();
    }
}
