using System.Text.Json;
using System.Text.Json.Nodes;
using Swift.Api.Pipelines.Inputs;
using Swift.Api.Pipelines.Reading;
using Swift.Api.Pipelines.Validation;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Pipelines;
using Swift.Contracts.Rest;

namespace Swift.Api.Pipelines;

/// <summary>
/// The door: reads a specification, checks it and every file it names, resolves its defaults, and takes its files in.
/// All errors are reported at once, and nothing is stored unless there is none.
/// </summary>
public sealed class PipelineIntake
{
    /// <summary>Prepares a specification that came as JSON.</summary>
    /// <param name="baseDirectory">What relative paths are relative to; null = they are refused.</param>
    /// <param name="ingest">Takes the files into the artifact store.</param>
    /// <exception cref="SpecificationException">Anything is wrong with it.</exception>
    public Task<PreparedPipeline> PrepareAsync(JsonElement specification, string? baseDirectory, bool ingest, CancellationToken ct) =>
        PrepareAsync(errors => JsonDocumentReader.Read(specification, errors), baseDirectory, ingest, ct);

    /// <summary>Prepares a specification that came as text.</summary>
    /// <inheritdoc cref="PrepareAsync(JsonElement, string?, bool, CancellationToken)"/>
    public Task<PreparedPipeline> PrepareAsync(string text, SpecificationFormat format, string? baseDirectory, bool ingest, CancellationToken ct) =>
        PrepareAsync(errors => Parse(text, format, errors), baseDirectory, ingest, ct);

    /// <summary>Prepares a pipeline that was resolved before: its files may have changed since.</summary>
    /// <inheritdoc cref="PrepareAsync(JsonElement, string?, bool, CancellationToken)"/>
    public Task<PreparedPipeline> PrepareAsync(PipelineSpec registered, bool ingest, CancellationToken ct) =>
        PrepareAsync(registered, new SpecificationErrors(), ingest, ct);

    private static Task<PreparedPipeline> PrepareAsync(
        Func<SpecificationErrors, JsonNode?> parse, string? baseDirectory, bool ingest, CancellationToken ct)
    {
        var errors = new SpecificationErrors();
        var tree = parse(errors);
        // Without a tree there is nothing more to say.
        if (tree is null) errors.ThrowIfAny();

        var pipeline = SpecificationReader.Read(tree, errors);
        PipelineValidation.Check(pipeline, errors);
        return PrepareAsync(InputPaths.MakeAbsolute(pipeline, baseDirectory, errors), errors, ingest, ct);
    }

    private static Task<PreparedPipeline> PrepareAsync(PipelineSpec pipeline, SpecificationErrors errors, bool ingest, CancellationToken ct)
    {
        var model = ModelInputs.Check(pipeline.Model, errors);
        if (model.MaxPositionEmbeddings is { } positions) LengthRules.Check(pipeline, positions, errors);
        errors.ThrowIfAny();

        var facts = new PipelineFacts(model.MaxPositionEmbeddings, model.TokenizerSize, new Dictionary<int, int>());
        var effective = PipelineResolver.Resolve(pipeline, facts);
        return Task.FromResult(new PreparedPipeline(effective, new Dictionary<string, ArtifactReference>(), new Dictionary<string, DatasetCheck>()));
    }

    private static JsonNode? Parse(string text, SpecificationFormat format, SpecificationErrors errors)
    {
        if (text.Length > SpecificationLimits.Characters)
        {
            errors.Add(SpecificationErrors.Root, $"Too large: more than {SpecificationLimits.Characters} characters.");
            return null;
        }
        return format == SpecificationFormat.Yaml ? YamlDocumentReader.Read(text, errors) : JsonDocumentReader.Read(text, errors);
    }
}
