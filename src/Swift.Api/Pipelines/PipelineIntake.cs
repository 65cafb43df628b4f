using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Swift.Api.Pipelines.Inputs;
using Swift.Api.Pipelines.Reading;
using Swift.Api.Pipelines.Validation;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Pipelines;
using Swift.Contracts.Rest;
using Swift.Data.Datasets;
using Swift.Hosting.Artifacts;

namespace Swift.Api.Pipelines;

/// <summary>
/// The door: reads a specification, checks it and every file it names, resolves its defaults, and takes its files in.
/// All errors are reported at once, and nothing is stored unless there is none.
/// </summary>
public sealed class PipelineIntake(IArtifactStore artifacts, InputFolders folders)
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
        PrepareAsync(errors => SpecificationDocument.Parse(text, format, errors), baseDirectory, ingest, ct);

    /// <summary>Prepares a pipeline that was resolved before: its files may have changed since.</summary>
    /// <inheritdoc cref="PrepareAsync(JsonElement, string?, bool, CancellationToken)"/>
    public Task<PreparedPipeline> PrepareAsync(PipelineSpec registered, bool ingest, CancellationToken ct) =>
        PrepareAsync(registered, new SpecificationErrors(), ingest, ct);

    private Task<PreparedPipeline> PrepareAsync(
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

    private async Task<PreparedPipeline> PrepareAsync(PipelineSpec pipeline, SpecificationErrors errors, bool ingest, CancellationToken ct)
    {
        var written = pipeline;
        InputAccess access = new(folders, errors);
        access.Check(written);
        pipeline = DatasetPatterns.Expand(written, errors);
        // A pattern in a folder that is open may mean links that lead out of it.
        access.Check(pipeline);
        var model = ModelInputs.Check(pipeline.Model, errors);
        if (model.MaxPositionEmbeddings is { } positions) LengthRules.Check(pipeline, positions, errors);
        var datasets = DatasetInputs.Check(pipeline, errors, ct);
        errors.ThrowIfAny();

        var facts = new PipelineFacts(model.MaxPositionEmbeddings, model.TokenizerSize, datasets.RowsByStage);
        var effective = PipelineResolver.Resolve(pipeline, facts);
        var inputs = ingest ? await Ingestion.TakeInAsync(artifacts, effective.Model, datasets.Datasets, ct) : new Dictionary<string, ArtifactReference>();
        var checks = new SortedDictionary<string, DatasetCheck>(StringComparer.Ordinal);
        foreach (var dataset in datasets.Datasets)
        {
            var digest = inputs.TryGetValue(dataset.Path, out var artifact) ? artifact.Digest : await DigestAsync(dataset.Path, ct);
            checks[dataset.Name] = new DatasetCheck(digest, dataset.Rows, dataset.Unusable);
        }
        return new PreparedPipeline(effective, inputs, checks) { Registrable = Registrable(written, facts) ?? effective };
    }

    /// <summary>With its patterns as they were written, and without what follows from the files that patterns and folders mean today; null when it has none.</summary>
    private static PipelineSpec? Registrable(PipelineSpec written, PipelineFacts facts) => written.Stages.Any(DatasetPatterns.Varies)
        ? PipelineResolver.Resolve(written, facts with
        {
            Prompts = facts.Prompts.Where(stage => !DatasetPatterns.Varies(written.Stages[stage.Key])).ToDictionary(),
        })
        : null;

    private static async Task<string> DigestAsync(string path, CancellationToken ct)
    {
        if (Directory.Exists(path)) return (await FolderArtifacts.DigestFolderAsync(path, DatasetFile.HoldsRows, ct)).Digest.ToString();
        await using var file = File.OpenRead(path);
        return ArtifactDigest.FromHash(await SHA256.HashDataAsync(file, ct)).ToString();
    }
}
