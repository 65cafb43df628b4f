using Quartz;

namespace Swift.Api.Schedules.Alarm;

/// <summary>
/// Quartz as alarm clock: one trigger per schedule, at the moment the next nominal time is due. It says when to look, never what to do,
/// so an alarm that is lost, late or rings twice changes nothing but the delay.
/// </summary>
public sealed class ScheduleAlarms(ISchedulerFactory quartz, TimeProvider time, ILogger<ScheduleAlarms> logger)
{
    private const string Group = "schedules";

    /// <summary>Rings for a schedule at a moment, on one node of the cluster. A failure is only logged: the watch looks after forgotten schedules.</summary>
    /// <param name="at">Null: not at all.</param>
    public async Task SetAsync(Guid schedule, DateTimeOffset? at, CancellationToken ct)
    {
        try
        {
            var scheduler = await quartz.GetScheduler(ct);
            var key = new TriggerKey(schedule.ToString("N"), Group);
            if (at is not { } moment)
            {
                await scheduler.UnscheduleJob(key, ct);
                return;
            }
            // Quartz counts whole seconds; rounded up, it never rings before the time.
            var start = moment.AddTicks(TimeSpan.TicksPerSecond - 1);
            start = start.AddTicks(-(start.Ticks % TimeSpan.TicksPerSecond));
            if ((await scheduler.GetTrigger(key, ct))?.StartTimeUtc == start) return;

            var job = JobBuilder.Create<RingingAlarm>().WithIdentity(new JobKey(key.Name, Group)).StoreDurably().Build();
            var trigger = TriggerBuilder.Create(time).WithIdentity(key).ForJob(job.Key).StartAt(start).Build();
            await scheduler.ScheduleJob(job, [trigger], new ScheduleJobOptions { Replace = true }, ct);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            logger.LogWarning(failure, "The alarm of schedule {Schedule} could not be set; the watch will find it.", schedule);
        }
    }
}

/// <summary>An alarm that rings: does what is due, and sets the next.</summary>
[DisallowConcurrentExecution]
internal sealed class RingingAlarm(ScheduleKeeper keeper) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await keeper.KeepAsync(Guid.ParseExact(context.JobDetail.Key.Name, "N"), cancellationToken);
}
