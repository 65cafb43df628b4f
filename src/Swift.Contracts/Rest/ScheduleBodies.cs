using Swift.Contracts.Experiments;
using Swift.Contracts.Schedules;

namespace Swift.Contracts.Rest;

/// <summary>Body of <c>POST /v1/schedules</c>.</summary>
public sealed record CreateSchedule(string Name, ScheduleSpec Spec);

/// <summary>Body of <c>:pause</c>, where a reason is required, and of <c>:resume</c>.</summary>
public sealed record ScheduleCommand(string? Reason = null);

/// <summary>Body of <c>:trigger</c>.</summary>
/// <param name="Overlap">Default: the schedule's own policy.</param>
public sealed record TriggerSchedule(OverlapPolicy? Overlap = null, string? Reason = null);

/// <summary>Body of <c>:backfill</c>: the nominal times after <paramref name="After"/>, up to and with <paramref name="Through"/>.</summary>
/// <param name="Overlap">Default: one after the other, each after the end of the one before.</param>
public sealed record BackfillSchedule(DateTimeOffset After, DateTimeOffset Through, OverlapPolicy? Overlap = null, string? Reason = null);

/// <summary>A schedule: a fold of its events.</summary>
/// <param name="Version">Number of events folded.</param>
/// <param name="Paused">Null when it is not paused.</param>
/// <param name="NextFire">Null when there is none, while it is paused, or when there is a problem.</param>
/// <param name="Running">Experiments whose end has not been seen yet.</param>
/// <param name="Buffered">Nominal time of the fire that waits.</param>
/// <param name="Requested">Fires that somebody asked for and that wait for their turn.</param>
/// <param name="Recent">What became of the last nominal times, the newest last.</param>
/// <param name="Problem">Why the node that answers cannot follow the rule; null when it can.</param>
public sealed record ScheduleView(
    string Name, long Version, ScheduleSpec Spec, DateTimeOffset CreatedAt, string CreatedBy, PauseView? Paused, NextFire? NextFire,
    IReadOnlyList<RunningFire> Running, DateTimeOffset? Buffered, IReadOnlyList<DateTimeOffset> Requested, FireCounts Counts,
    IReadOnlyList<FireOutcome> Recent, string? Problem = null);

public sealed record PauseView(string Reason, DateTimeOffset Since, string By, bool OnFailure);

/// <summary>A fire to come.</summary>
/// <param name="LocalTime">What the clock on the wall shows at the nominal time.</param>
/// <param name="DueAt">Nominal time and jitter.</param>
public sealed record NextFire(DateTimeOffset NominalTime, DateTimeOffset LocalTime, DateTimeOffset DueAt);

public sealed record RunningFire(DateTimeOffset NominalTime, Guid Experiment);

/// <summary>How often what happened, since the schedule was created.</summary>
public sealed record FireCounts(int Fired, int Skipped, int Missed, int Buffered, int Failed);

/// <summary>What became of a nominal time.</summary>
/// <param name="Outcome"><c>fired</c>, <c>skipped</c>, <c>missed</c>, <c>buffered</c>, <c>failed</c>.</param>
/// <param name="Reason">Why not; null when it was fired.</param>
/// <param name="Status">Of its experiment, when that has come to its end.</param>
public sealed record FireOutcome(
    DateTimeOffset NominalTime, FireTrigger Trigger, string Outcome, string? Reason, Guid? Experiment, ExperimentStatus? Status);
