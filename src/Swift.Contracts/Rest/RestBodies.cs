using System.Text.Json;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Contracts.Registry;
using Swift.Contracts.Workers;

namespace Swift.Contracts.Rest;

/// <summary>A page of a list. <paramref name="NextPageToken"/> is opaque; null on the last page.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextPageToken);

/// <summary>Body of <c>POST /v1/experiments</c>: a registered pipeline by name, or one inline; not both.</summary>
/// <param name="Pipeline">Inline specification, as JSON; validated by the server.</param>
/// <param name="Name">Name of the experiment. Default: the pipeline's.</param>
public sealed record SubmitExperiment(JsonElement? Pipeline = null, string? PipelineName = null, int? PipelineVersion = null, string? Name = null);

/// <summary>Answer to a submission: durable before it is sent.</summary>
public sealed record ExperimentAccepted(Guid Id, ExperimentStatus Status, long Version);

/// <summary>Body of <c>:cancel</c>, <c>:pause</c>, <c>:resume</c>, <c>:retry</c>.</summary>
public sealed record ExperimentCommand(string? Reason = null);

/// <summary>A registered pipeline; versions never change.</summary>
/// <param name="Digest">SHA-256 of the resolved specification.</param>
public sealed record RegisteredPipeline(string Name, int Version, string Digest, PipelineSpec Spec, DateTimeOffset RegisteredAt, string RegisteredBy);

/// <summary>Answer of <c>POST /v1/pipelines:validate</c>: what would run, with every default resolved.</summary>
public sealed record PipelinePlan(PipelineSpec Pipeline, IReadOnlyDictionary<string, DatasetCheck> Datasets);

/// <summary>What the check at the door found in a data set.</summary>
public sealed record DatasetCheck(string Digest, int Rows, IReadOnlyList<DroppedRows> Unusable);

/// <summary>An event as REST and server-sent events show it.</summary>
/// <param name="Version">Position in the stream, 1-based, without gaps.</param>
/// <param name="Type">Fixed name with its version: <c>stage_succeeded.v1</c>.</param>
/// <param name="Correlation">The experiment.</param>
/// <param name="Causation">The request or message that caused it.</param>
/// <param name="Worker">Whose answer led to it; null when no worker did.</param>
/// <param name="CodeVersion">Of the code that wrote it.</param>
public sealed record EventView(
    Guid Id, long Version, string Type, DateTimeOffset Timestamp, string? Actor, string? Correlation, string? Causation,
    WorkerIdentity? Worker, string? CodeVersion, JsonElement Data);

/// <summary>A metric over the steps of a stage.</summary>
public sealed record MetricSeries(string Stage, string Name, IReadOnlyList<MetricSample> Points);

public sealed record MetricSample(int Step, double Value);

/// <summary>A worker that was heard of lately.</summary>
/// <param name="Serving">The models behind its endpoint; null when it serves none.</param>
public sealed record WorkerView(
    WorkerIdentity Worker, DateTimeOffset StartedAt, DateTimeOffset LastSeenAt, string? Segment, string? ServingEndpoint,
    IReadOnlyList<ServedModelView>? Serving = null);

/// <summary>What a rebuild of the read models did.</summary>
public sealed record RebuildReport(int Experiments, int Sagas, double Seconds);

/// <summary>What a garbage collection did.</summary>
public sealed record GarbageCollectionReport(int Kept, int Deleted, long BytesFreed);
