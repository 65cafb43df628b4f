using Swift.Api.Experiments.Aggregate;
using Swift.Contracts.Events;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;
using Swift.Contracts.Schedules;

namespace Swift.Api.Schedules.Aggregate;

/// <summary>The pure fold from events to <see cref="Schedule"/>. No clock, no ids, no input or output.</summary>
public static class ScheduleFold
{
    private const int Remembered = 20;
    private const int MostFailedRuns = 100;

    /// <summary>Folds one event. An unknown event changes nothing but the version.</summary>
    public static Schedule? Apply(Guid id, Schedule? state, Happened happened) => happened.Event is ScheduleCreated created
        ? Create(id, state, created, happened)
        : state is null ? null : Change(state, happened) with { Version = (int)happened.Version };

    private static Schedule Create(Guid id, Schedule? deleted, ScheduleCreated e, Happened happened) => new()
    {
        Id = id,
        Version = (int)happened.Version,
        Name = e.Name,
        Spec = e.Spec,
        CreatedAt = happened.At,
        CreatedBy = happened.Actor ?? "unknown",
        Settled = deleted is not null && deleted.Settled > e.After ? deleted.Settled : e.After,
        Running = deleted?.Running ?? [],
        FailedRuns = deleted?.FailedRuns ?? [],
        Recent = deleted?.Recent ?? [],
    };

    private static Schedule Change(Schedule state, Happened happened) => happened.Event switch
    {
        ScheduleChanged e => state.SettledUntil(e.After) with { Spec = e.Spec },
        ScheduleDeleted => state with { Deleted = true, Paused = null },
        SchedulePaused e => state with { Paused = new PauseView(e.Reason, happened.At, happened.Actor ?? "unknown", e.OnFailure) },
        ScheduleResumed e => state.SettledUntil(e.After) with { Paused = null },
        FiresRequested e => state with { Requested = [.. state.Requested, .. e.NominalTimes.Select(time => new RequestedFire(time, e.Trigger, e.Overlap))] },
        FireBuffered e => state.SettledUntil(e.NominalTime) with
        {
            Buffered = e.NominalTime,
            Counts = state.Counts with { Buffered = state.Counts.Buffered + 1 },
            Recent = state.With(new FireOutcome(e.NominalTime, e.Trigger, "buffered", "overlap", e.Behind, null)),
        },
        ScheduleFired e => state.Settle(e.NominalTime, e.Trigger) with
        {
            Running = [.. state.Running, new ScheduledRun(e.NominalTime, e.Experiment, e.Inputs)],
            Counts = state.Counts with { Fired = state.Counts.Fired + 1 },
            Recent = state.With(new FireOutcome(e.NominalTime, e.Trigger, "fired", null, e.Experiment, null)),
        },
        FireSkipped e => state.Settle(e.NominalTime, e.Trigger) with
        {
            Counts = state.Counts with { Skipped = state.Counts.Skipped + 1 },
            Recent = state.With(new FireOutcome(e.NominalTime, e.Trigger, "skipped", Words(e.Reason), e.Experiment, null)),
        },
        FireFailed e => state.Settle(e.NominalTime, e.Trigger) with
        {
            Counts = state.Counts with { Failed = state.Counts.Failed + 1 },
            Recent = state.With(new FireOutcome(e.NominalTime, e.Trigger, "failed", $"{e.Reason.Code}: {e.Reason.Message}", null, null)),
        },
        FiresMissed e => Miss(state, e),
        ScheduledExperimentFinished e => Finish(state, e),
        ScheduledExperimentRetried e => state.WithStatus(e.Experiment, null) with
        {
            Running = [.. state.Running, .. state.FailedRuns.Where(run => run.Experiment == e.Experiment)],
            FailedRuns = [.. state.FailedRuns.Where(run => run.Experiment != e.Experiment)],
        },
        _ => state,
    };

    private static Schedule Finish(Schedule state, ScheduledExperimentFinished e)
    {
        var run = state.Running.FirstOrDefault(run => run.Experiment == e.Experiment);
        return state.WithStatus(e.Experiment, e.Status) with
        {
            Running = [.. state.Running.Where(run => run.Experiment != e.Experiment)],
            FailedRuns = run is not null && e.Status == ExperimentStatus.Failed ? [.. state.FailedRuns.TakeLast(MostFailedRuns - 1), run] : state.FailedRuns,
            SucceededInputs = run is not null && e.Status == ExperimentStatus.Succeeded ? run.Inputs : state.SucceededInputs,
        };
    }

    private static Schedule Miss(Schedule state, FiresMissed e)
    {
        // Events from before the kinds were told apart fold as they did then.
        var waited = e.Waited ?? (e.Count == 1 && (state.Buffered == e.From || state.Requested.Any(fire => fire.NominalTime == e.From)));
        var next = waited
            ? state with { Buffered = state.Buffered == e.From ? null : state.Buffered, Requested = [.. state.Requested.Where(fire => fire.NominalTime != e.From)] }
            : state.SettledUntil(e.Through);
        return next with
        {
            Counts = state.Counts with { Missed = state.Counts.Missed + e.Count },
            Recent = state.With(new FireOutcome(e.Through, FireTrigger.Cron, "missed", Words(e.Reason), null, null)),
        };
    }

    private static Schedule Settle(this Schedule state, DateTimeOffset nominal, FireTrigger trigger) => trigger == FireTrigger.Cron
        ? state.SettledUntil(nominal) with { Buffered = state.Buffered == nominal ? null : state.Buffered }
        : state with { Requested = [.. state.Requested.Where(fire => fire.NominalTime != nominal || fire.Trigger != trigger)] };

    /// <summary>Never goes back: a clock that does must not fire anything twice.</summary>
    private static Schedule SettledUntil(this Schedule state, DateTimeOffset moment) => moment > state.Settled ? state with { Settled = moment } : state;

    /// <param name="status">Null while the experiment runs.</param>
    private static Schedule WithStatus(this Schedule state, Guid experiment, ExperimentStatus? status) => state with
    {
        Recent = [.. state.Recent.Select(fire => fire.Experiment == experiment && fire.Outcome == "fired" ? fire with { Status = status } : fire)],
    };

    private static IReadOnlyList<FireOutcome> With(this Schedule state, FireOutcome outcome) => [.. state.Recent.TakeLast(Remembered - 1), outcome];

    private static string Words<TEnum>(TEnum value)
        where TEnum : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
