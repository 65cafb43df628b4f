using System.CommandLine;
using Spectre.Console;
using Swift.Cli.Terminal;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Schedules;

/// <summary><c>swift schedule list</c></summary>
internal sealed class ListSchedules : SwiftCommand
{
    private readonly Option<int?> _pageSize = new("--page_size") { Description = "How many; at most 200" };
    private readonly Option<string> _pageToken = new("--page_token") { Description = "Goes on where the page before ended" };

    public ListSchedules() : base("list", "Lists the schedules")
    {
        Add(_pageSize);
        Add(_pageToken);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var page = await run.Api.ListSchedules(run.Get(_pageSize), run.Get(_pageToken), ct);
        run.Output.Result(page, Draw);
        if (page.NextPageToken is { } next)
            run.Output.Message($"there are more: --page_token {next}");
        return ExitCode.Done;
    }

    private static Table Draw(Page<ScheduleView> page)
    {
        var table = Tables.Plain("name", "pipeline", "cron", "zone", "next", "fired", "skipped", "missed");
        foreach (var s in page.Items)
            table.AddRow(
                s.Name, s.Spec.Pipeline, s.Spec.Cron, s.Spec.TimeZone, s.Paused is not null ? "paused" : s.NextFire is { } next ? Formats.Time(next.NominalTime) : "never",
                $"{s.Counts.Fired}", $"{s.Counts.Skipped}", $"{s.Counts.Missed}");
        return table;
    }
}
