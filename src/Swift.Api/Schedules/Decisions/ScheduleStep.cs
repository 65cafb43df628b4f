using Swift.Contracts.Events;
using Swift.Contracts.Experiments;
using Swift.Contracts.Schedules;

namespace Swift.Api.Schedules.Decisions;

/// <summary>What is to be done now: append events, or fire, or wait; one of the three.</summary>
/// <param name="WakeAt">When the next nominal time is due; null when only the end of an experiment or a person changes anything.</param>
public sealed record ScheduleStep(IReadOnlyList<IScheduleEvent> Events, DueFire? Fire, DateTimeOffset? WakeAt)
{
    internal static ScheduleStep Append(params IReadOnlyList<IScheduleEvent> events) => new(events, null, null);

    internal static ScheduleStep Make(DueFire fire) => new([], fire, null);

    internal static ScheduleStep Wait(DateTimeOffset? until) => new([], null, until);
}

/// <summary>A nominal time that becomes an experiment now.</summary>
/// <param name="Cancel">Experiments that make room.</param>
public sealed record DueFire(DateTimeOffset NominalTime, FireTrigger Trigger, IReadOnlyList<Guid> Cancel);

/// <summary>What became of a schedule's experiments since it heard of them.</summary>
/// <param name="Ended">Those of the running ones that have come to their end.</param>
/// <param name="Retried">Those of the failed ones that are failed no more.</param>
public sealed record SeenRuns(IReadOnlyDictionary<Guid, RunOutcome> Ended, IReadOnlyCollection<Guid> Retried);

/// <summary>How an experiment ended.</summary>
public sealed record RunOutcome(ExperimentStatus Status, FailureReason? Failure);

/// <summary>A fire whose pipeline passed the door.</summary>
/// <param name="Inputs">SHA-256 of the effective settings and of every file that they name.</param>
/// <param name="Exists">The experiment is there already.</param>
public sealed record ReadyFire(Guid Experiment, string Pipeline, int PipelineVersion, string Inputs, bool Exists);
