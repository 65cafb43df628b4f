using System.Text.Json.Serialization;
using JasperFx;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Events;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Contracts.Workers;

namespace Swift.Api.Experiments.Aggregate;

/// <summary>
/// What a stream of experiment events amounts to: all that decisions need. Kept as an inline snapshot; it can be
/// dropped and folded again at any time.
/// </summary>
public sealed record Experiment : IRevisioned
{
    public required Guid Id { get; init; }
    /// <summary>Version of the stream; set by the fold and, on load, by Marten: the same number.</summary>
    public int Version { get; set; }
    public required string Name { get; init; }
    public required ExperimentStatus Status { get; init; }
    public required string SubmittedBy { get; init; }
    public required DateTimeOffset SubmittedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public string? PipelineName { get; init; }
    public int? PipelineVersion { get; init; }
    public required string CodeVersion { get; init; }
    public required string RequestDigest { get; init; }
    /// <summary>The experiment that this one runs again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? Reproduces { get; init; }
    public required PipelineSpec Settings { get; init; }
    public required IReadOnlyDictionary<string, ArtifactReference> Inputs { get; init; }
    public required IReadOnlyList<Stage> Stages { get; init; }
    public ArtifactReference? Model { get; init; }
    public FailureReason? Failure { get; init; }

    [JsonIgnore]
    public bool IsFinal => Status is ExperimentStatus.Succeeded or ExperimentStatus.Failed or ExperimentStatus.Cancelled;

    /// <summary>The first stage that has not succeeded; null when all have.</summary>
    [JsonIgnore]
    public Stage? CurrentStage => Stages.FirstOrDefault(stage => stage.Status != StageStatus.Succeeded);
}

/// <summary>One stage, with what is outstanding in it.</summary>
public sealed record Stage
{
    public required int Index { get; init; }
    public required string Name { get; init; }
    public required StageKind Kind { get; init; }
    public StageStatus Status { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    /// <summary>The model that the stage started from.</summary>
    public ArtifactReference? BaseModel { get; init; }
    /// <summary>The newest model that the stage made.</summary>
    public ArtifactReference? Model { get; init; }
    /// <summary>The policy before the last update: completions that are one version stale come from it.</summary>
    public ArtifactReference? PreviousModel { get; init; }
    public ArtifactReference? Checkpoint { get; init; }
    public int Step { get; init; }
    public int TotalSteps { get; init; }
    /// <summary>The last segment said that the stage's work is done.</summary>
    public bool Finished { get; init; }
    public int PolicyVersion { get; init; }
    /// <summary>Accepted completions of iterations whose update has not been accepted yet.</summary>
    public IReadOnlyList<RolloutShard> Rollouts { get; init; } = [];
    public IReadOnlyList<Segment> Outstanding { get; init; } = [];
    public int SegmentsRequested { get; init; }
    public int SegmentsDone { get; init; }
    public int Retries { get; init; }
    public int ResultsIgnored { get; init; }
    public int RowsDropped { get; init; }
    public int StepsSkipped { get; init; }
    public IReadOnlyDictionary<string, ArtifactReference> Artifacts { get; init; } = new Dictionary<string, ArtifactReference>();
    public IReadOnlyDictionary<string, double> Scores { get; init; } = new Dictionary<string, double>();
    public string? Endpoint { get; init; }
    /// <summary>Of a register stage that is done.</summary>
    public Registration? Registration { get; init; }
    public FailureReason? Failure { get; init; }
}

public sealed record RolloutShard(int Iteration, int Shard, ArtifactReference Rollouts);

/// <summary>A segment without an accepted result.</summary>
/// <param name="TakenBy">The worker that took this attempt last; null while it waits in a queue.</param>
public sealed record Segment(
    string Name, SegmentRole Role, int Attempt, int FromStep, int Iteration, int Shard, int PolicyVersion,
    ArtifactReference? Model, ArtifactReference? Checkpoint, DateTimeOffset RequestedAt, WorkerIdentity? TakenBy, DateTimeOffset? TakenAt);
