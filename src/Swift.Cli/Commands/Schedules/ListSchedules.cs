using Spectre.Console;
using Swift.Cli.Terminal;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Schedules;

/// <summary><c>swift schedule list</c></summary>
internal sealed class ListSchedules : ListCommand<ScheduleView>
{
    public ListSchedules() : base("list", "Lists the schedules") { }

    protected override Task<Page<ScheduleView>> GetPageAsync(CommandRun run, int? size, string? token, CancellationToken ct) =>
        run.Api.ListSchedules(size, token, ct);

    protected override Table Draw(Page<ScheduleView> page)
    {
        var table = Tables.Plain("name", "pipeline", "cron", "zone", "next", "fired", "skipped", "missed");
        foreach (var s in page.Items)
            table.AddTextRow(
                s.Name, s.Spec.Pipeline, s.Spec.Cron, s.Spec.TimeZone, s.Paused is not null ? "paused" : s.NextFire is { } next ? Formats.Time(next.NominalTime) : "never",
                $"{s.Counts.Fired}", $"{s.Counts.Skipped}", $"{s.Counts.Missed}");
        return table;
    }
}
