using System.Text.Json.Serialization;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Contracts.Registry;
using Swift.Contracts.Workers;

namespace Swift.Contracts.Events;

/// <summary>
/// What happened in one experiment: the stream is the truth, everything else is folded from it.
/// A type's stored name is fixed when it is born (<c>stage_succeeded.v1</c>); a new meaning is a new type.
/// </summary>
public interface IExperimentEvent;

/// <summary>Durable before the client hears of it.</summary>
/// <param name="Settings">The pipeline with every default resolved: nothing later adds to it.</param>
/// <param name="Inputs">Files of the specification by path, as artifacts.</param>
/// <param name="SettingsDigest">SHA-256 of <paramref name="Settings"/> as JSON.</param>
/// <param name="RequestDigest">SHA-256 of the request; tells a repeated request from another one under the same idempotency key.</param>
/// <param name="Reproduces">The experiment whose recorded settings are run again; absent where it is none.</param>
public sealed record ExperimentSubmitted(
    string Name, PipelineSpec Settings, IReadOnlyDictionary<string, ArtifactReference> Inputs,
    string? PipelineName, int? PipelineVersion, string SettingsDigest, string RequestDigest, string CodeVersion,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? Reproduces = null) : IExperimentEvent;

/// <param name="Model">What the stage starts from; null for the first.</param>
public sealed record StageStarted(int Stage, string Name, StageKind Kind, ArtifactReference? Model) : IExperimentEvent;

/// <summary>A segment is outstanding from here until its result, its stage's end or the experiment's.</summary>
/// <param name="Attempt">1, 2, …; grows when it is sent again.</param>
/// <param name="FromStep">Optimiser steps done before (sft, grpo).</param>
/// <param name="Iteration">Of a GRPO loop.</param>
/// <param name="Shard">Of a generation.</param>
/// <param name="PolicyVersion">Version of the weights that the segment uses.</param>
/// <param name="Model">Weights that the segment uses.</param>
/// <param name="Checkpoint">Training state that the segment resumes from.</param>
/// <param name="Retry">Why it is sent again; null the first time.</param>
public sealed record SegmentRequested(
    int Stage, string Segment, SegmentRole Role, int Attempt, int FromStep, int Iteration, int Shard, int PolicyVersion,
    ArtifactReference? Model, ArtifactReference? Checkpoint, FailureReason? Retry) : IExperimentEvent;

/// <summary>A worker took the segment. Twice for one attempt when the broker handed it on after a death.</summary>
public sealed record SegmentStarted(int Stage, string Segment, int Attempt, WorkerIdentity Worker) : IExperimentEvent;

public sealed record ModelPrepared(int Stage, string Segment, int Attempt, WorkerIdentity Worker, ArtifactReference Model, long Parameters) : IExperimentEvent;

/// <param name="Step">Optimiser steps done since the stage began.</param>
/// <param name="DataReport">What became of the stage's data: rows read, kept and dropped, lengths. Of the segment that starts the stage.</param>
public sealed record SegmentTrained(
    int Stage, string Segment, int Attempt, WorkerIdentity Worker, int Step, int TotalSteps, bool Finished,
    ArtifactReference Checkpoint, ArtifactReference Model, long Tokens, double Seconds, ArtifactReference? DataReport = null) : IExperimentEvent;

/// <param name="DataReport">What became of the stage's data; of its first shard.</param>
public sealed record RolloutsGenerated(
    int Stage, string Segment, int Attempt, WorkerIdentity Worker, int PolicyVersion, int Iteration, int Shard,
    ArtifactReference Rollouts, long Tokens, double Seconds, ArtifactReference? DataReport = null) : IExperimentEvent;

/// <param name="PolicyVersion">The version that now exists.</param>
public sealed record PolicyUpdated(
    int Stage, string Segment, int Attempt, WorkerIdentity Worker, int PolicyVersion, int Iteration, int Step,
    ArtifactReference Checkpoint, ArtifactReference Model, long Tokens, double Seconds) : IExperimentEvent;

/// <param name="DataReport">What became of the stage's data.</param>
public sealed record ModelEvaluated(
    int Stage, string Segment, int Attempt, WorkerIdentity Worker, ArtifactReference Report,
    IReadOnlyDictionary<string, double> Scores, int Rows, double Seconds, ArtifactReference? DataReport = null) : IExperimentEvent;

public sealed record ModelExported(
    int Stage, string Segment, int Attempt, WorkerIdentity Worker,
    IReadOnlyDictionary<string, ArtifactReference> Exports, double Seconds) : IExperimentEvent;

public sealed record ModelDeployed(
    int Stage, string Segment, int Attempt, WorkerIdentity Worker, string Endpoint, string ServedModelName) : IExperimentEvent;

/// <summary>A register stage put the model into the registry; the same transaction wrote it into the model's own stream.</summary>
/// <param name="Version">The new version of the registered model.</param>
/// <param name="Promoted">All gates held, so the alias means this version now.</param>
/// <param name="PreviousVersion">What the alias meant until then; null when it did not exist.</param>
/// <param name="Reason">Why it was promoted, or why not.</param>
public sealed record ModelRegistered(
    int Stage, string ModelName, int Version, ArtifactReference Model, string Alias, bool Promoted, int? PreviousVersion, string Reason,
    AliasEvidence Evidence) : IExperimentEvent;

/// <summary>Metrics of one accepted segment: each point once, whatever was retried.</summary>
public sealed record MetricsRecorded(int Stage, string StageName, IReadOnlyList<MetricPoint> Points) : IExperimentEvent;

public sealed record RowsDropped(int Stage, string StageName, IReadOnlyList<DroppedRows> Rows) : IExperimentEvent;

/// <summary>Optimiser steps that changed no weight because the gradient was not finite.</summary>
public sealed record StepsSkipped(int Stage, string StageName, IReadOnlyList<int> Steps) : IExperimentEvent;

/// <param name="WillRetry">Another attempt follows.</param>
public sealed record SegmentFailed(
    int Stage, string Segment, int Attempt, WorkerIdentity Worker, FailureReason Reason, bool WillRetry) : IExperimentEvent;

/// <summary>A result that came when none was outstanding: late, or a second one.</summary>
public sealed record SegmentResultIgnored(int Stage, string Segment, int Attempt, WorkerIdentity Worker, string Result) : IExperimentEvent;

/// <param name="Artifacts">What the stage made, by name.</param>
/// <param name="Model">The model that the next stage starts from.</param>
public sealed record StageSucceeded(
    int Stage, string Name, IReadOnlyDictionary<string, ArtifactReference> Artifacts, ArtifactReference? Model) : IExperimentEvent;

public sealed record StageFailed(int Stage, string Name, FailureReason Reason) : IExperimentEvent;

/// <param name="Model">The result.</param>
public sealed record ExperimentSucceeded(ArtifactReference? Model) : IExperimentEvent;

public sealed record ExperimentFailed(FailureReason Reason) : IExperimentEvent;

/// <summary>By whom is the event's actor.</summary>
public sealed record ExperimentCancelled(string? Reason) : IExperimentEvent;

public sealed record ExperimentPaused(string? Reason) : IExperimentEvent;

public sealed record ExperimentResumed(string? Reason) : IExperimentEvent;

/// <summary>A failed experiment goes on from what it had.</summary>
public sealed record ExperimentRetried(string? Reason, int FromStage) : IExperimentEvent;
