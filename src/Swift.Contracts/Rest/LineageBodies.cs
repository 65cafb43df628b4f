using System.Text.Json.Serialization;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;

namespace Swift.Contracts.Rest;

[JsonConverter(typeof(SnakeCaseEnumConverter<LineageDirection>))]
public enum LineageDirection
{
    /// <summary>To what it was made from.</summary>
    Backward,
    /// <summary>To what was made from it.</summary>
    Forward,
    Both,
}

[JsonConverter(typeof(SnakeCaseEnumConverter<LineageDetail>))]
public enum LineageDetail
{
    /// <summary>A step is a stage of an experiment, with what it began with and what it left.</summary>
    Stages,
    /// <summary>A step is a segment of a stage: every checkpoint and every batch of completions is shown.</summary>
    Segments,
}

/// <summary>
/// Where an artifact comes from and what came of it: artifacts, the steps that used and made them, and the experiments of those steps.
/// Everything is read from events; an artifact that two experiments made has both as its origin.
/// </summary>
/// <param name="Artifacts">By distance from <paramref name="Root"/>, the root first.</param>
/// <param name="Edges">From an artifact to a step that used it, and from a step to an artifact that it made.</param>
/// <param name="Models">Versions of registered models that these artifacts are.</param>
/// <param name="Truncated">There is more; ask with less <c>depth</c>, or from an artifact at the edge.</param>
public sealed record LineageGraph(
    string Root, LineageDirection Direction, LineageDetail Detail,
    IReadOnlyList<LineageArtifact> Artifacts, IReadOnlyList<LineageStep> Steps, IReadOnlyList<LineageEdge> Edges,
    IReadOnlyList<LineageExperiment> Experiments, IReadOnlyList<LineageModelVersion> Models, bool Truncated);

/// <param name="Names">What it is called: the path of an input, the name of a result.</param>
/// <param name="Distance">Steps between it and the root; negative for what the root was made from.</param>
public sealed record LineageArtifact(string Digest, ArtifactKind Kind, long Size, IReadOnlyList<string> Names, int Distance);

/// <summary>A stage or segment that used artifacts and made others.</summary>
/// <param name="Id"><c>experiment/stage</c>, and <c>/segment</c> where segments are shown.</param>
/// <param name="Seed">Of the pipeline.</param>
/// <param name="DataSeed">Of the stage's data; null when it has none.</param>
/// <param name="CodeVersions">Of the workers whose results counted.</param>
public sealed record LineageStep(
    string Id, Guid Experiment, int Stage, string StageName, StageKind Kind, string? Segment, long Seed, long? DataSeed,
    IReadOnlyList<string> CodeVersions);

/// <param name="From">Digest or step.</param>
/// <param name="To">Step or digest.</param>
/// <param name="Role"><c>dataset</c>, <c>tokenizer</c>, <c>model</c>, <c>checkpoint</c>, <c>rollouts</c>, <c>report</c>, <c>gguf-q8_0</c> …</param>
public sealed record LineageEdge(string From, string To, string Role);

/// <summary>The experiment of a step: who, when, with which settings and code. Its settings in full are at <c>/v1/experiments/{id}</c>.</summary>
/// <param name="SettingsDigest">SHA-256 of the settings as JSON, as its first event has it.</param>
public sealed record LineageExperiment(
    Guid Id, string Name, ExperimentStatus Status, string SubmittedBy, DateTimeOffset SubmittedAt, string CodeVersion, long Seed,
    string SettingsDigest, string? PipelineName, int? PipelineVersion);

/// <param name="Aliases">Those that mean this version now.</param>
public sealed record LineageModelVersion(string Name, int Version, string Digest, IReadOnlyList<string> Aliases);
