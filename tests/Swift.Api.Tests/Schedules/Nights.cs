namespace Swift.Api.Tests.Schedules;

/// <summary>When a rule of fixed times fires, calculated without a cron engine: from the calendar and what .NET knows of the zone.</summary>
internal static class Nights
{
    /// <summary>The moments at which the clock on the wall shows one of the times for the first time, or jumps over it.</summary>
    internal static IReadOnlyList<DateTimeOffset> Of(string zone, DateTimeOffset after, DateTimeOffset through, params TimeOnly[] times)
    {
        var found = TimeZoneInfo.FindSystemTimeZoneById(zone);
        var moments = new SortedSet<DateTimeOffset>();
        for (var day = DateOnly.FromDateTime(after.UtcDateTime).AddDays(-2); day <= DateOnly.FromDateTime(through.UtcDateTime).AddDays(2); day = day.AddDays(1))
        {
            foreach (var time in times)
            {
                var local = day.ToDateTime(time);
                while (found.IsInvalidTime(local)) local = local.AddMinutes(1);
                var offset = found.IsAmbiguousTime(local) ? found.GetAmbiguousTimeOffsets(local).Max() : found.GetUtcOffset(local);
                moments.Add(new DateTimeOffset(local, offset).ToUniversalTime());
            }
        }
        return [.. moments.Where(moment => moment > after && moment <= through)];
    }
}
