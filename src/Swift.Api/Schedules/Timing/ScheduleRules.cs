using System.Text.RegularExpressions;
using Swift.Api.Pipelines;
using Swift.Contracts.Schedules;

namespace Swift.Api.Schedules.Timing;

/// <summary>What a schedule may say.</summary>
internal static partial class ScheduleRules
{
    private const int Year = 366 * 24 * 60 * 60;
    private const int MostGaps = 10_000;

    /// <summary>A rule is judged by two years, in which clocks change four times.</summary>
    private static readonly DateTimeOffset From = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    internal static IEnumerable<SpecificationError> Check(ScheduleSpec spec)
    {
        var wrong = Cron(spec.Cron);
        if (wrong is not null)
        {
            yield return new("cron", wrong);
        }
        var zone = IsZone(spec.TimeZone);
        if (!zone)
        {
            yield return new("time_zone", "Is no IANA time zone that this machine knows; write Europe/Berlin, America/New_York or UTC.");
        }
        if (spec is { Start: { } start, End: { } end } && end <= start)
        {
            yield return new("end", "Must be after start.");
        }
        if (spec.Jitter is < 0 or > 24 * 60 * 60)
        {
            yield return new("jitter", "Seconds, 0 to 86400.");
        }
        else if (wrong is null && zone && GapShorterThan(spec) is { } gap)
        {
            yield return new("jitter", $"Two nominal times of \"{spec.Cron}\" are only {gap.TotalSeconds:0} seconds apart, and each is fired before the next; write at most that.");
        }
        if (spec.CatchupWindow is < 10 or > Year)
        {
            yield return new("catchup_window", $"Seconds, 10 to {Year}.");
        }
        if (spec.PipelineVersion < 1)
        {
            yield return new("pipeline_version", "Versions start at 1; leave it out for the newest.");
        }
    }

    private static string? Cron(string cron)
    {
        try
        {
            NominalTimes.Parse(cron);
        }
        catch (FormatException wrong)
        {
            return $"\"{cron}\" {(wrong.Message.StartsWith("has ", StringComparison.Ordinal) ? wrong.Message : "cannot be read: " + wrong.Message)}.";
        }
        // With six fields 1 is Sunday, with five it is Monday: whoever writes a number means one of them, and half would be a day off.
        return NominalTimes.Fields(cron) is [.., var day] fields && fields.Length == 6 && Number().IsMatch(day)
            ? $"\"{cron}\" numbers the day of the week, which means another day with six fields than with five; write its name: MON, TUE, WED, THU, FRI, SAT, SUN."
            : null;
    }

    /// <summary>With a jitter longer than that, a fire would often wait for the one before it until its catch-up window was over.</summary>
    /// <returns>The time between two nominal times when it is shorter than the jitter; null when there is none.</returns>
    private static TimeSpan? GapShorterThan(ScheduleSpec spec)
    {
        if (spec.Jitter == 0) return null;
        var times = new NominalTimes(spec);
        var first = times.After(From);
        var until = first?.AddYears(2);
        var earlier = first;
        for (var gaps = 0; gaps < MostGaps && earlier is { } time && time < until; gaps++)
        {
            var later = times.After(time);
            if (later - time is { } gap && gap < TimeSpan.FromSeconds(spec.Jitter)) return gap;
            earlier = later;
        }
        return null;
    }

    private static bool IsZone(string zone) => TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) && (found.HasIanaId || zone == "UTC");

    /// <summary>A number that names a day, not how many (<c>MON#2</c>, <c>*/2</c>).</summary>
    [GeneratedRegex(@"(?<![#/0-9])[0-9]")]
    private static partial Regex Number();
}
