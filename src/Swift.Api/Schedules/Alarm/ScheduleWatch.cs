using Marten;
using Swift.Api.Errors;
using Swift.Api.Schedules.Aggregate;
using Swift.Api.Schedules.Firing;
using Swift.Api.Schedules.Timing;

namespace Swift.Api.Schedules.Alarm;

/// <summary>
/// Looks every few seconds for schedules that need attention without an alarm: an experiment that ended or was retried, a fire that waits,
/// an alarm that was lost between an event and Quartz. Runs on every node and needs nothing but the streams.
/// </summary>
internal sealed class ScheduleWatch(IDocumentStore store, ScheduleKeeper keeper, TimeProvider time, ILogger<ScheduleWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    /// <summary>What Quartz is given before somebody else looks.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // The database is away; it comes back, and nothing is lost until then.
                logger.LogWarning("The schedules could not be looked at ({Reason}); again in {Interval}", failure.Message, Interval);
            }
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookAsync(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var schedules = await session.Query<Schedule>().ToListAsync(ct);
        var retried = await RetriedExperiments.Among(session, schedules.SelectMany(schedule => schedule.FailedRuns), ct);
        var overdue = time.GetUtcNow() - Patience;
        foreach (var schedule in schedules)
        {
            try
            {
                if (schedule.FailedRuns.Any(run => retried.Contains(run.Experiment)) || NeedsAttention(schedule, overdue)) await keeper.KeepAsync(schedule.Id, ct);
            }
            catch (ProblemException unreadable)
            {
                logger.LogWarning("The schedule {Schedule} cannot be followed by this node: {Reason}", schedule.Name, unreadable.Message);
            }
            catch (Exception failure) when (!ct.IsCancellationRequested)
            {
                // Whatever it is, the other schedules are not to suffer from it.
                logger.LogError(failure, "The schedule {Schedule} could not be advanced; again in {Interval}", schedule.Name, Interval);
            }
        }
    }

    private static bool NeedsAttention(Schedule schedule, DateTimeOffset overdue)
    {
        if (schedule.Running.Count > 0) return true;
        if (schedule.Deleted) return false;
        if (schedule.Requested.Count > 0) return true;
        if (schedule.Paused is not null) return false;
        if (schedule.Buffered is not null) return true;
        var times = new NominalTimes(schedule.Spec);
        return times.After(schedule.Settled) is { } nominal && times.DueAt(schedule.Id, nominal) <= overdue;
    }
}
