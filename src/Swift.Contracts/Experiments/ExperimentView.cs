using System.Text.Json.Serialization;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Pipelines;
using Swift.Contracts.Registry;

namespace Swift.Contracts.Experiments;

[JsonConverter(typeof(SnakeCaseEnumConverter<ExperimentStatus>))]
public enum ExperimentStatus
{
    /// <summary>Durable, not yet begun.</summary>
    Submitted,
    Running,
    /// <summary>No further segment is sent; the one under way ends.</summary>
    Paused,
    Succeeded,
    Failed,
    Cancelled,
}

[JsonConverter(typeof(SnakeCaseEnumConverter<StageStatus>))]
public enum StageStatus
{
    Pending,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>An experiment as <c>GET /v1/experiments/{id}</c> shows it: a fold of its events.</summary>
/// <param name="Version">Number of events folded; also the ETag and the last id of the event stream.</param>
/// <param name="Model">The newest model; at the end, the result.</param>
/// <param name="Reproduces">The experiment that this one runs again; absent where it is none.</param>
public sealed record ExperimentView(
    Guid Id, string Name, ExperimentStatus Status, long Version, string SubmittedBy,
    DateTimeOffset SubmittedAt, DateTimeOffset? FinishedAt, string? PipelineName, int? PipelineVersion,
    string CodeVersion, PipelineSpec Settings, IReadOnlyDictionary<string, ArtifactReference> Inputs,
    IReadOnlyList<StageView> Stages, ArtifactReference? Model, FailureReason? Failure,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? Reproduces = null);

/// <summary>A stage as a reader sees it.</summary>
/// <param name="Step">Optimiser steps done (sft, grpo), rows done (eval).</param>
/// <param name="PolicyVersion">Version that a GRPO loop has reached.</param>
/// <param name="Artifacts">By name: <c>model</c>, <c>checkpoint</c>, <c>report</c>, <c>data_report</c>, <c>gguf-q8_0</c>.</param>
/// <param name="Scores">Of an evaluation: <c>accuracy</c>.</param>
/// <param name="SegmentsDone">Segments with an accepted result.</param>
/// <param name="Retries">Segments that were sent again.</param>
/// <param name="Registration">Of a register stage that is done.</param>
public sealed record StageView(
    int Index, string Name, StageKind Kind, StageStatus Status, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt,
    int Step, int TotalSteps, int? PolicyVersion, int SegmentsDone, int Retries, int RowsDropped,
    IReadOnlyDictionary<string, ArtifactReference> Artifacts, IReadOnlyDictionary<string, double> Scores,
    string? Endpoint, FailureReason? Failure, Registration? Registration = null);

/// <summary>What a register stage did.</summary>
/// <param name="Promoted">The alias means this version since then.</param>
public sealed record Registration(string ModelName, int Version, string Alias, bool Promoted, string Reason, IReadOnlyList<GateResult> Gates);

/// <summary>One line of the list of experiments.</summary>
public sealed record ExperimentSummary(
    Guid Id, string Name, ExperimentStatus Status, long Version, DateTimeOffset SubmittedAt, DateTimeOffset UpdatedAt,
    string? CurrentStage, string SubmittedBy, string? ModelDigest);
