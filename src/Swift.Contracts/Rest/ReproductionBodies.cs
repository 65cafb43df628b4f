using System.Text.Json.Serialization;
using Swift.Contracts.Pipelines;

namespace Swift.Contracts.Rest;

[JsonConverter(typeof(SnakeCaseEnumConverter<ReproductionInputs>))]
public enum ReproductionInputs
{
    /// <summary>The bytes that the experiment had, from the artifact store, whatever became of the files.</summary>
    Recorded,
    /// <summary>The files as they are now.</summary>
    Files,
}

/// <summary>Body of <c>POST /v1/experiments/{id}:reproduce</c>.</summary>
/// <param name="Replace">With <c>files</c>: read another file or folder instead of a recorded one, by the recorded path.</param>
public sealed record ReproduceExperiment(
    ReproductionInputs Inputs = ReproductionInputs.Recorded, IReadOnlyDictionary<string, string>? Replace = null, string? Name = null);

/// <summary>Answer of <c>:reproduce</c>: durable before it is sent.</summary>
/// <param name="Id">The new experiment.</param>
/// <param name="LeftOut">Stages that act on the outside and make no artifact: deploy, register.</param>
public sealed record ReproductionAccepted(Guid Id, Guid Reproduces, IReadOnlyList<string> LeftOut);

/// <summary>Two experiments, hash by hash.</summary>
/// <param name="Equal">Every input, setting and artifact that both can have is equal, and both are finished.</param>
/// <param name="Verdict">For people: that they are equal, or where the first difference is.</param>
/// <param name="Inputs">By path.</param>
public sealed record ExperimentComparison(
    Guid Experiment, Guid With, bool Equal, string Verdict, bool SettingsEqual, string CodeVersion, string WithCodeVersion,
    IReadOnlyList<ComparedInput> Inputs, IReadOnlyList<ComparedStage> Stages);

/// <param name="UsedBy">Stages that read it.</param>
/// <param name="Difference">The first one; null when the digests are equal, or the bytes cannot be compared.</param>
public sealed record ComparedInput(
    string Path, string? Digest, string? WithDigest, IReadOnlyList<string> UsedBy, ArtifactDifference? Difference);

[JsonConverter(typeof(SnakeCaseEnumConverter<StageComparison>))]
public enum StageComparison
{
    Equal,
    Different,
    /// <summary>Neither made an artifact.</summary>
    NoArtifacts,
    /// <summary>Only one of the two has it, or has finished it.</summary>
    Missing,
    /// <summary>Acts on the outside; a reproduction leaves it out.</summary>
    LeftOut,
}

/// <param name="Segment">The first segment whose result differs; null when none does.</param>
/// <param name="Difference">The first difference inside that result.</param>
public sealed record ComparedStage(
    string Name, StageKind Kind, StageComparison Outcome, IReadOnlyList<ComparedArtifact> Artifacts, string? Segment, ArtifactDifference? Difference);

public sealed record ComparedArtifact(string Name, string? Digest, string? WithDigest)
{
    public bool Equal => Digest == WithDigest;
}

/// <summary>Where two artifacts differ first.</summary>
/// <param name="Artifact">Its name: <c>checkpoint</c>, <c>rollouts</c>, the path of an input.</param>
/// <param name="File">Inside a folder artifact; null otherwise.</param>
/// <param name="Place"><c>line 17, messages[0].content</c>; <c>tensor model.norm.weight[3]</c>; <c>byte 4096</c>.</param>
/// <param name="Before">The value in the first; null where it has none.</param>
public sealed record ArtifactDifference(string Artifact, string? File, string Place, string? Before, string? After);
