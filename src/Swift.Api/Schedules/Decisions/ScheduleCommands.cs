using Swift.Api.Errors;
using Swift.Api.Schedules.Aggregate;
using Swift.Api.Schedules.Timing;
using Swift.Contracts.Events;
using Swift.Contracts.Rest;
using Swift.Contracts.Schedules;

namespace Swift.Api.Schedules.Decisions;

/// <summary>What people ask of a schedule, as pure decisions: events, none when it is already so, or a refusal that says why.</summary>
public static class ScheduleCommands
{
    private const int MostBackfilled = 1000;

    /// <param name="state">A deleted schedule of this name, or null.</param>
    public static IReadOnlyList<IScheduleEvent> Create(Schedule? state, string name, ScheduleSpec spec, DateTimeOffset now) =>
        state is null or { Deleted: true }
            ? [new ScheduleCreated(name, spec, now)]
            : throw new ProblemException(StatusCodes.Status409Conflict, "schedule_exists", $"There is a schedule {name} already; PUT changes it.");

    public static IReadOnlyList<IScheduleEvent> Change(Schedule state, ScheduleSpec spec, DateTimeOffset now) =>
        spec == state.Spec ? [] : [.. Until(state, now, MissReason.Changed), new ScheduleChanged(spec, now)];

    public static IReadOnlyList<IScheduleEvent> Delete(Schedule state, string? reason, DateTimeOffset now) =>
    [
        .. state.Requested.Select(fire => fire.NominalTime).Concat(state.Buffered is { } buffered ? [buffered] : [])
            .Select(time => new FiresMissed(time, time, 1, MissReason.Deleted, Waited: true)),
        .. Until(state, now, MissReason.Deleted),
        new ScheduleDeleted(reason),
    ];

    public static IReadOnlyList<IScheduleEvent> Pause(Schedule state, string? reason) => string.IsNullOrWhiteSpace(reason) || reason.Length > 1000
        ? throw new ProblemException(StatusCodes.Status400BadRequest, "reason_missing", "reason: say in 1 to 1000 characters why the schedule rests.")
        : state.Paused is not null ? [] : [new SchedulePaused(reason, OnFailure: false, Failed: null)];

    public static IReadOnlyList<IScheduleEvent> Resume(Schedule state, string? reason, DateTimeOffset now) =>
        state.Paused is null ? [] : [.. Until(state, now, MissReason.Paused), new ScheduleResumed(reason, now)];

    public static IReadOnlyList<IScheduleEvent> Trigger(Schedule state, TriggerSchedule request, DateTimeOffset now) =>
        state.Requested.Any(fire => fire.NominalTime == now) ? [] : [new FiresRequested(FireTrigger.Manual, [now], request.Overlap, request.Reason)];

    public static IReadOnlyList<IScheduleEvent> Backfill(Schedule state, BackfillSchedule request, DateTimeOffset now)
    {
        if (request.Through > now)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "backfill_in_the_future", "through: a backfill ends now at the latest; what comes later the schedule fires itself.");
        }
        var times = new NominalTimes(state.Spec with { Start = null, End = null });
        List<DateTimeOffset> nominal = [];
        for (var next = times.After(request.After); next is { } time && time <= request.Through; next = times.After(time))
        {
            nominal.Add(time);
            if (nominal.Count > MostBackfilled)
            {
                throw new ProblemException(StatusCodes.Status400BadRequest, "backfill_too_long", $"The range has more than {MostBackfilled} nominal times; take it in pieces.");
            }
        }
        nominal.RemoveAll(time => state.Requested.Any(fire => fire.NominalTime == time));
        return nominal.Count > 0
            ? [new FiresRequested(FireTrigger.Backfill, nominal, request.Overlap, request.Reason)]
            : throw new ProblemException(StatusCodes.Status400BadRequest, "backfill_empty", "There is no nominal time after 'after' up to 'through' that does not wait already.");
    }

    private static IEnumerable<FiresMissed> Until(Schedule state, DateTimeOffset now, MissReason reason) =>
        PassedOver.By(state, time => time <= now, state.Paused is null ? reason : MissReason.Paused);
}
