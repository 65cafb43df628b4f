using Swift.Contracts.Artifacts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Contracts.Registry;
using Swift.Contracts.Workers;

namespace Swift.Contracts.Messages;

/// <summary>Names one segment: the unit of work, retry and resumption.</summary>
/// <param name="Stage">Index of the stage in the effective pipeline.</param>
/// <param name="Segment">Name inside the stage: <c>train-0003</c>, <c>rollout-0002-shard-1</c>.</param>
/// <param name="Attempt">1, 2, …: grows each time it is sent again. A failure of an older attempt is ignored; the first result of any attempt counts.</param>
public sealed record SegmentAddress(Guid ExperimentId, int Stage, string StageName, string Segment, int Attempt);

/// <summary>A command to a worker. Small: ids and artifact names.</summary>
public interface ISegmentCommand
{
    SegmentAddress Address { get; }
}

/// <summary>A worker's answer to an <see cref="ISegmentCommand"/>.</summary>
public interface ISegmentReply
{
    SegmentAddress Address { get; }
    WorkerIdentity Worker { get; }
}

/// <summary>A data set as a command carries it.</summary>
/// <param name="Path">As the user wrote it, with its <c>#rows</c>; for messages to people.</param>
/// <param name="Rows">Rows to take; null = all.</param>
public sealed record DatasetReference(string Path, ArtifactReference Artifact, int? Rows);

/// <summary>Train worker: make the base model an artifact (import a folder, or draw random weights).</summary>
public sealed record PrepareModel(
    SegmentAddress Address, ModelSpec Model, long Seed, ArtifactReference? Folder, ArtifactReference? Tokenizer) : ISegmentCommand;

/// <summary>Train worker: go on from <paramref name="Checkpoint"/> (or start at <paramref name="Model"/>) for one segment of supervised fine-tuning.</summary>
/// <param name="FromStep">Optimiser steps already done.</param>
public sealed record TrainSegment(
    SegmentAddress Address, ArtifactReference Model, ArtifactReference? Checkpoint, int FromStep,
    IReadOnlyList<DatasetReference> Datasets, DataSpec Data, TrainSpec Train, long Seed) : ISegmentCommand;

/// <summary>Rollout worker: complete the prompts of one shard of an iteration and score the completions.</summary>
/// <param name="PolicyVersion">Version of the weights in <paramref name="Policy"/>; written on every completion.</param>
/// <param name="Iteration">0-based; decides which prompts are drawn.</param>
public sealed record GenerateRollouts(
    SegmentAddress Address, ArtifactReference Policy, int PolicyVersion, int Iteration, int Shard, int Shards,
    IReadOnlyList<DatasetReference> Datasets, DataSpec Data, GenerationSpec Generation, GrpoSpec Grpo, long Seed) : ISegmentCommand;

/// <summary>Train worker: one policy update on a finished batch of completions.</summary>
/// <param name="PolicyVersion">Version of the weights in <paramref name="Model"/>; the answer carries the next.</param>
/// <param name="Reference">The frozen reference policy of the KL term; null when beta is 0.</param>
/// <param name="Rollouts">All shards of the iteration, in order.</param>
/// <param name="TotalSteps">Optimiser steps of the whole stage, for the learning-rate schedule.</param>
public sealed record UpdatePolicy(
    SegmentAddress Address, ArtifactReference Model, ArtifactReference? Checkpoint, ArtifactReference? Reference, int FromStep, int TotalSteps,
    int PolicyVersion, int Iteration, IReadOnlyList<ArtifactReference> Rollouts,
    TrainSpec Train, GrpoSpec Grpo, GenerationSpec Generation, long Seed) : ISegmentCommand;

/// <summary>Eval worker: answer the questions of a held-out set and compare.</summary>
public sealed record EvaluateModel(
    SegmentAddress Address, ArtifactReference Model, IReadOnlyList<DatasetReference> Datasets,
    DataSpec Data, EvalSpec Eval, GenerationSpec Generation, long Seed) : ISegmentCommand;

/// <summary>Export worker: write the model in other formats.</summary>
public sealed record ExportModel(SegmentAddress Address, ArtifactReference Model, ExportSpec Export, string ModelName) : ISegmentCommand;

/// <summary>Rollout worker: serve the model behind the OpenAI-compatible endpoint.</summary>
/// <param name="Follows">The alias that the model stands behind and that is followed from now on.</param>
public sealed record DeployModel(
    SegmentAddress Address, ArtifactReference Model, string ServedModelName, FollowedAlias? Follows = null) : ISegmentCommand;

/// <summary>To every rollout worker: an alias means this model now. Sent until what follows it serves the model; harmless to send at any time.</summary>
public sealed record AliasMoved(FollowedAlias Alias, ArtifactReference Model);

/// <summary>The worker took the segment.</summary>
public sealed record SegmentStarted(SegmentAddress Address, WorkerIdentity Worker) : ISegmentReply;

public sealed record ModelPrepared(
    SegmentAddress Address, WorkerIdentity Worker, ArtifactReference Model, long Parameters) : ISegmentReply;

/// <param name="Step">Optimiser steps done, counted from the start of the stage.</param>
/// <param name="Finished">The stage's last step is done.</param>
/// <param name="Skipped">Steps whose gradient was not finite and that changed no weight.</param>
/// <param name="DataReport">What became of the stage's data (JSON); of the segment that starts the stage.</param>
public sealed record SegmentTrained(
    SegmentAddress Address, WorkerIdentity Worker, int Step, int TotalSteps, bool Finished,
    ArtifactReference Checkpoint, ArtifactReference Model, IReadOnlyList<MetricPoint> Metrics, IReadOnlyList<DroppedRows> Dropped,
    IReadOnlyList<int> Skipped, long Tokens, double Seconds, ArtifactReference? DataReport = null) : ISegmentReply;

/// <param name="Dropped">Rows that the stage does not use; of the shard that tells what became of its data.</param>
/// <param name="DataReport">What became of the stage's data (JSON); of its first shard.</param>
public sealed record RolloutsGenerated(
    SegmentAddress Address, WorkerIdentity Worker, int PolicyVersion, int Iteration, int Shard, ArtifactReference Rollouts,
    IReadOnlyList<MetricPoint> Metrics, IReadOnlyList<DroppedRows> Dropped, long Tokens, double Seconds,
    ArtifactReference? DataReport = null) : ISegmentReply;

/// <param name="Step">Optimiser steps done, counted from the start of the stage.</param>
/// <param name="PolicyVersion">The new version.</param>
public sealed record PolicyTrained(
    SegmentAddress Address, WorkerIdentity Worker, int PolicyVersion, int Iteration, int Step,
    ArtifactReference Checkpoint, ArtifactReference Model, IReadOnlyList<MetricPoint> Metrics,
    IReadOnlyList<int> Skipped, long Tokens, double Seconds) : ISegmentReply;

/// <param name="DataReport">What became of the stage's data (JSON).</param>
public sealed record ModelEvaluated(
    SegmentAddress Address, WorkerIdentity Worker, ArtifactReference Report, IReadOnlyDictionary<string, double> Scores,
    int Rows, IReadOnlyList<DroppedRows> Dropped, double Seconds, ArtifactReference? DataReport = null) : ISegmentReply;

/// <param name="Exports">By name: <c>safetensors</c>, <c>gguf-f32</c>, <c>gguf-q8_0</c>.</param>
public sealed record ModelExported(
    SegmentAddress Address, WorkerIdentity Worker, IReadOnlyDictionary<string, ArtifactReference> Exports, double Seconds) : ISegmentReply;

/// <param name="Endpoint">Base address for OpenAI clients, ending in <c>/v1</c>.</param>
public sealed record ModelDeployed(SegmentAddress Address, WorkerIdentity Worker, string Endpoint, string ServedModelName) : ISegmentReply;

public sealed record SegmentFailed(SegmentAddress Address, WorkerIdentity Worker, FailureReason Reason) : ISegmentReply;

/// <summary>Goes out while a segment runs; never an event. It shows life and feeds live views.</summary>
/// <param name="Rate">Units per second; the unit is in <paramref name="RateUnit"/>: <c>tokens/s</c>.</param>
public sealed record SegmentProgress(
    SegmentAddress Address, WorkerIdentity Worker, int Done, int Total, double Rate, string RateUnit,
    IReadOnlyDictionary<string, double> Latest, DateTimeOffset At);

/// <summary>To every worker: drop what you do for this experiment, it was cancelled.</summary>
public sealed record StopExperiment(Guid ExperimentId);

/// <summary>To the saga: the stream holds something new that no worker sent (submitted, cancelled, resumed) or something may be outstanding. Harmless to send at any time.</summary>
/// <param name="Reason">For the log.</param>
public sealed record AdvanceExperiment(Guid ExperimentId, string Reason);

/// <summary>To the saga, from the reconciler: nothing was heard of this attempt for too long, or the bus that held it is gone.</summary>
public sealed record SegmentLost(SegmentAddress Address, string Reason);
