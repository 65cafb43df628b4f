using Swift.Api.Schedules.Firing;

namespace Swift.Api.Schedules.Alarm;

/// <summary>Does what is due of a schedule, and sets its alarm for what comes next.</summary>
public sealed class ScheduleKeeper(ScheduleRunner runner, ScheduleAlarms alarms)
{
    public async Task KeepAsync(Guid schedule, CancellationToken ct) =>
        await alarms.SetAsync(schedule, await runner.AdvanceAsync(schedule, ct), ct);
}
