using JasperFx;
using Swift.Contracts.Rest;
using Swift.Contracts.Schedules;

namespace Swift.Api.Schedules.Aggregate;

/// <summary>What a stream of schedule events amounts to: all that decisions need. Kept as an inline snapshot; it can be dropped and folded again.</summary>
public sealed record Schedule : IRevisioned
{
    public required Guid Id { get; init; }
    /// <summary>Version of the stream.</summary>
    public int Version { get; set; }
    public required string Name { get; init; }
    public required ScheduleSpec Spec { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedBy { get; init; }
    public bool Deleted { get; init; }
    public PauseView? Paused { get; init; }
    /// <summary>Every nominal time up to this moment is settled.</summary>
    public required DateTimeOffset Settled { get; init; }
    /// <summary>Experiments whose end has not been seen.</summary>
    public IReadOnlyList<ScheduledRun> Running { get; init; } = [];
    /// <summary>Experiments that failed and may be retried: the newest hundred.</summary>
    public IReadOnlyList<ScheduledRun> FailedRuns { get; init; } = [];
    /// <summary>Nominal time of the fire that waits for the end of what runs.</summary>
    public DateTimeOffset? Buffered { get; init; }
    public IReadOnlyList<RequestedFire> Requested { get; init; } = [];
    /// <summary>Inputs of the last experiment that succeeded; null when none has.</summary>
    public string? SucceededInputs { get; init; }
    public FireCounts Counts { get; init; } = new(0, 0, 0, 0, 0);
    /// <summary>The newest last.</summary>
    public IReadOnlyList<FireOutcome> Recent { get; init; } = [];
}

/// <summary>An experiment of the schedule.</summary>
/// <param name="Inputs">SHA-256 of its settings and files.</param>
public sealed record ScheduledRun(DateTimeOffset NominalTime, Guid Experiment, string Inputs);

/// <summary>A fire that somebody asked for.</summary>
public sealed record RequestedFire(DateTimeOffset NominalTime, FireTrigger Trigger, OverlapPolicy? Overlap);
