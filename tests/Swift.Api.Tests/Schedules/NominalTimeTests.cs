using System.Globalization;
using System.Text.RegularExpressions;
using Swift.Api.Schedules.Timing;
using Swift.Contracts.Schedules;

namespace Swift.Api.Tests.Schedules;

/// <summary>The moments that a rule names, in the nights in which clocks change above all.</summary>
public sealed partial class NominalTimeTests
{
    [Theory]
    [InlineData("Europe/Berlin", "30 2 * * *", "02:30")]
    [InlineData("America/New_York", "30 2 * * *", "02:30")]
    [InlineData("America/New_York", "30 1 * * *", "01:30")]
    [InlineData("Australia/Lord_Howe", "15 2 * * *", "02:15")]
    [InlineData("Australia/Lord_Howe", "45 1 * * *", "01:45")]
    [InlineData("Australia/Lord_Howe", "15,45 1,2 * * *", "01:15 01:45 02:15 02:45")]
    [InlineData("Asia/Kathmandu", "0 30 2 * * *", "02:30")]
    public void Two_years_of_nights_are_those_that_a_calendar_gives(string zone, string cron, string times)
    {
        var (after, through) = (Utc("2026-01-01T00:00"), Utc("2028-01-01T00:00"));
        Between(zone, cron, after, through).ShouldBe(Nights.Of(zone, after, through, [.. times.Split(' ').Select(time => TimeOnly.Parse(time, CultureInfo.InvariantCulture))]));
    }

    [Theory, InlineData("Europe/Berlin"), InlineData("America/New_York"), InlineData("Australia/Lord_Howe")]
    public void A_rule_of_every_quarter_of_an_hour_fires_as_often_as_one_passes(string zone) =>
        Between(zone, "*/15 * * * *", Utc("2026-01-01T00:00"), Utc("2027-01-01T00:00")).Count.ShouldBe(365 * 24 * 4);

    [Fact]
    public void The_table_of_nights_in_the_documentation_is_true()
    {
        var rows = File.ReadLines(Path.Combine(Root(), "docs", "schedules.md")).Select(line => Row().Match(line)).Where(row => row.Success).ToList();
        rows.Count.ShouldBe(10);
        foreach (var row in rows)
        {
            var zone = row.Groups["zone"].Value;
            var change = Changes(zone).Single(moment => TimeZoneInfo.ConvertTime(moment, TimeZoneInfo.FindSystemTimeZoneById(zone)).Date == DateTime.Parse(row.Groups["night"].Value, CultureInfo.InvariantCulture));
            var expected = row.Groups["fires"].Value.Split(' ');
            // From before the change on, as many as the row names.
            var first = change.AddMinutes(expected.Length == 1 ? -59 : zone.Contains("Lord", StringComparison.Ordinal) ? -31 : -61);
            Between(zone, row.Groups["cron"].Value, first, first.AddDays(2)).Take(expected.Length).Select(moment => moment.ToString("HH:mm", CultureInfo.InvariantCulture))
                .ShouldBe(expected, row.Value);
        }
    }

    [Fact]
    public void Start_and_end_belong_to_the_rule()
    {
        var spec = Spec("UTC", "0 0 * * *") with { Start = Utc("2026-03-01T00:00"), End = Utc("2026-03-03T00:00") };
        All(spec, Utc("2026-01-01T00:00"), Utc("2027-01-01T00:00")).Select(moment => moment.Day).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void Jitter_delays_each_fire_by_its_own_share_and_always_the_same()
    {
        var schedule = Guid.NewGuid();
        var times = new NominalTimes(Spec("UTC", "0 * * * *") with { Jitter = 600 });
        var delays = All(Spec("UTC", "0 * * * *"), Utc("2026-01-01T00:00"), Utc("2026-02-01T00:00"))
            .Select(nominal => times.DueAt(schedule, nominal) - nominal).ToList();
        delays.ShouldAllBe(delay => delay >= TimeSpan.Zero && delay <= TimeSpan.FromSeconds(600));
        delays.Distinct().Count().ShouldBeGreaterThan(700);
        delays.Average(delay => delay.TotalSeconds).ShouldBeInRange(250, 350);
        times.DueAt(schedule, Utc("2026-01-01T00:00")).ShouldBe(new NominalTimes(Spec("UTC", "0 * * * *") with { Jitter = 600 }).DueAt(schedule, Utc("2026-01-01T00:00")));
    }

    [Theory]
    [InlineData("* * * *", "neither five fields")]
    [InlineData("0 0 2 * * * 2026", "neither five fields")]
    [InlineData("61 2 * * *", "cannot be read")]
    [InlineData("0 0 2 * * 1", "write its name")]
    [InlineData("0 0 2 * * 1-5", "write its name")]
    [InlineData("0 0 2 * * 2#1", "write its name")]
    [InlineData("@daily", "neither five fields")]
    public void A_rule_that_cannot_be_read_or_could_mean_another_day_is_refused(string cron, string why) =>
        ScheduleRules.Check(Spec("UTC", cron)).ShouldHaveSingleItem().Message.ShouldContain(why);

    [Theory]
    [InlineData("0 0 2 * * MON#2"), InlineData("0 0 2 L * ?"), InlineData("0 0 2 * * MON-FRI"), InlineData("30 2 * * 7"), InlineData("*/5 1-3 1,15 * *")]
    public void A_rule_that_can_be_read_is_taken(string cron) => ScheduleRules.Check(Spec("Europe/Berlin", cron)).ShouldBeEmpty();

    [Theory]
    [InlineData("UTC", "*/5 * * * *", 3600, "only 300 seconds apart")]
    [InlineData("UTC", "0,1 3 * * *", 61, "only 60 seconds apart")]
    [InlineData("UTC", "* * * * * *", 86400, "only 1 seconds apart")]
    // In the night in which clocks go forward.
    [InlineData("Europe/Berlin", "30 2 * * *", 86400, "only 84600 seconds apart")]
    [InlineData("UTC", "30 2 * * *", 86400, null)]
    [InlineData("UTC", "*/5 * * * *", 300, null)]
    [InlineData("UTC", "* * * * * *", 1, null)]
    [InlineData("UTC", "0 0 29 2 *", 86400, null)]
    public void A_jitter_that_is_longer_than_the_time_between_two_fires_is_refused(string zone, string cron, int jitter, string? why)
    {
        var errors = ScheduleRules.Check(Spec(zone, cron) with { Jitter = jitter }).ToList();
        if (why is null)
        {
            errors.ShouldBeEmpty();
            return;
        }
        errors.ShouldHaveSingleItem().Path.ShouldBe("jitter");
        errors[0].Message.ShouldContain(why);
    }

    [Theory, InlineData("Berlin"), InlineData("W. Europe Standard Time"), InlineData(""), InlineData("../../etc/passwd")]
    public void What_is_no_IANA_zone_is_refused(string zone) => ScheduleRules.Check(Spec(zone, "0 2 * * *")).ShouldHaveSingleItem().Path.ShouldBe("time_zone");

    private static List<DateTimeOffset> Between(string zone, string cron, DateTimeOffset after, DateTimeOffset through) => All(Spec(zone, cron), after, through);

    private static List<DateTimeOffset> All(ScheduleSpec spec, DateTimeOffset after, DateTimeOffset through)
    {
        var times = new NominalTimes(spec);
        List<DateTimeOffset> all = [];
        for (var next = times.After(after); next is { } moment && moment <= through; next = times.After(moment)) all.Add(moment);
        return all;
    }

    /// <summary>The moments of a year at which the zone's offset changes, to the minute.</summary>
    private static IEnumerable<DateTimeOffset> Changes(string zone)
    {
        var found = TimeZoneInfo.FindSystemTimeZoneById(zone);
        for (var moment = Utc("2026-01-01T00:00"); moment < Utc("2027-01-01T00:00"); moment = moment.AddMinutes(30))
        {
            if (found.GetUtcOffset(moment) != found.GetUtcOffset(moment.AddMinutes(-1))) yield return moment;
        }
    }

    private static ScheduleSpec Spec(string zone, string cron) => new() { Pipeline = "any", Cron = cron, TimeZone = zone };

    private static DateTimeOffset Utc(string moment) => DateTimeOffset.Parse(moment + "Z", CultureInfo.InvariantCulture);

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Swift.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    [GeneratedRegex(@"^\| (?<zone>[A-Za-z]+/[A-Za-z_]+) \| `(?<cron>[^`]+)` \| (?<night>\d{4}-\d\d-\d\d): [^|]*\| (?<fires>[0-9: ]+) \|")]
    private static partial Regex Row();
}
