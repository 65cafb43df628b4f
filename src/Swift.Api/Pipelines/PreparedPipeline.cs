using Swift.Contracts.Artifacts;
using Swift.Contracts.Pipelines;
using Swift.Contracts.Rest;

namespace Swift.Api.Pipelines;

/// <summary>A pipeline that passed the door.</summary>
/// <param name="Effective">With the prepare stage in front and every default written out.</param>
/// <param name="Inputs">The files and folders it names, by their path in <paramref name="Effective"/> (of a data set without its <c>#rows</c>); empty when nothing was to be taken in.</param>
/// <param name="Datasets">What was found in each data set, by its name in <paramref name="Effective"/>.</param>
public sealed record PreparedPipeline(
    PipelineSpec Effective,
    IReadOnlyDictionary<string, ArtifactReference> Inputs,
    IReadOnlyDictionary<string, DatasetCheck> Datasets)
{
    /// <summary>What is registered under the pipeline's name: <see cref="Effective"/>, but patterns of data sets stay what they are until it runs.</summary>
    public PipelineSpec Registrable { get; init; } = Effective;
}
