using Swift.Contracts.Pipelines;

namespace Swift.Contracts.Events;

/// <summary>A version of a pipeline. The stream of a pipeline holds one for each, in order; who and when are the event's own metadata.</summary>
/// <param name="Version">1-based; versions never change.</param>
/// <param name="Digest">SHA-256 of <paramref name="Spec"/> as JSON.</param>
/// <param name="Spec">With every default resolved.</param>
public sealed record PipelineRegistered(string Name, int Version, string Digest, PipelineSpec Spec);
