using Swift.Contracts.Experiments;
using Swift.Contracts.Schedules;

namespace Swift.Contracts.Events;

/// <summary>
/// What happened to a schedule: each nominal time that its rule names ends in exactly one of these, whether an experiment came of
/// it or not. Who and when are the event's own metadata.
/// </summary>
public interface IScheduleEvent;

/// <param name="After">Nominal times after this moment count.</param>
public sealed record ScheduleCreated(string Name, ScheduleSpec Spec, DateTimeOffset After) : IScheduleEvent;

/// <param name="After">The new rule counts after this moment.</param>
public sealed record ScheduleChanged(ScheduleSpec Spec, DateTimeOffset After) : IScheduleEvent;

public sealed record ScheduleDeleted(string? Reason) : IScheduleEvent;

/// <param name="Failed">The experiment whose failure paused the schedule; null when a person did, or a fire became no experiment.</param>
/// <param name="OnFailure">By the schedule's own rule, not by a person.</param>
public sealed record SchedulePaused(string Reason, bool OnFailure, Guid? Failed) : IScheduleEvent;

/// <param name="After">Nominal times after this moment count again.</param>
public sealed record ScheduleResumed(string? Reason, DateTimeOffset After) : IScheduleEvent;

/// <summary>Somebody asked for fires beside the rule's own; each is settled by an event of its own.</summary>
/// <param name="Overlap">Null: the schedule's own policy for a manual fire; for a backfill, one after the other.</param>
public sealed record FiresRequested(
    FireTrigger Trigger, IReadOnlyList<DateTimeOffset> NominalTimes, OverlapPolicy? Overlap, string? Reason) : IScheduleEvent;

/// <summary>The fire waits for the end of the experiments that run.</summary>
public sealed record FireBuffered(DateTimeOffset NominalTime, FireTrigger Trigger, Guid Behind) : IScheduleEvent;

/// <summary>An experiment came of it; its first event is in the same transaction.</summary>
/// <param name="Experiment">Id; follows from the schedule and the nominal time.</param>
/// <param name="Inputs">SHA-256 of the effective settings and of every file that they name.</param>
/// <param name="Cancelled">Experiments that were cancelled to make room.</param>
public sealed record ScheduleFired(
    DateTimeOffset NominalTime, FireTrigger Trigger, Guid Experiment, string Pipeline, int PipelineVersion, string Inputs,
    IReadOnlyList<Guid> Cancelled) : IScheduleEvent;

/// <param name="Experiment">The one that still ran, or that has run already.</param>
public sealed record FireSkipped(DateTimeOffset NominalTime, FireTrigger Trigger, SkipReason Reason, Guid? Experiment) : IScheduleEvent;

/// <summary>The pipeline or its data were refused at the door, so no experiment came of it.</summary>
public sealed record FireFailed(DateTimeOffset NominalTime, FireTrigger Trigger, FailureReason Reason) : IScheduleEvent;

/// <summary>Nominal times that passed without a fire.</summary>
/// <param name="From">The first of them.</param>
/// <param name="Through">The last of them.</param>
/// <param name="Waited">The one fire that had been asked for or waited for the end of what ran; false: those that the rule named. Null in events from before the two were told apart.</param>
public sealed record FiresMissed(DateTimeOffset From, DateTimeOffset Through, int Count, MissReason Reason, bool? Waited = null) : IScheduleEvent;

/// <summary>An experiment of the schedule came to its end.</summary>
public sealed record ScheduledExperimentFinished(
    DateTimeOffset NominalTime, Guid Experiment, ExperimentStatus Status, FailureReason? Failure) : IScheduleEvent;

/// <summary>An experiment of the schedule that had failed was retried: it runs again, and its end is recorded once more.</summary>
public sealed record ScheduledExperimentRetried(DateTimeOffset NominalTime, Guid Experiment) : IScheduleEvent;
