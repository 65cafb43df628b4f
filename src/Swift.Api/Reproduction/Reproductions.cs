using System.Security.Cryptography;
using System.Text.Json;
using Marten;
using Swift.Api.Errors;
using Swift.Api.EventStore;
using Swift.Api.Experiments.Aggregate;
using Swift.Api.Experiments.Endpoints;
using Swift.Api.Pipelines;
using Swift.Api.Pipelines.Inputs;
using Swift.Contracts;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Events;
using Swift.Contracts.Pipelines;
using Swift.Contracts.Rest;
using Swift.Hosting.Artifacts;
using Swift.Hosting.Telemetry;

namespace Swift.Api.Reproduction;

/// <summary>Runs the recorded settings of an experiment again, as a new experiment that names it.</summary>
internal sealed class Reproductions(IDocumentStore store, IArtifactStore artifacts, PipelineIntake intake)
{
    /// <summary>Stages that act on the outside, and make nothing that could be compared: run again they would take an endpoint or an alias from somebody.</summary>
    internal static bool ActsOutside(StageKind kind) => kind is StageKind.Deploy or StageKind.Register;

    public async Task<ReproductionAccepted> StartAsync(Guid id, ReproduceExperiment request, string actor, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        var original = await session.LoadAsync<Experiment>(id, ct) ?? throw ExperimentEndpoints.NotFound(id);
        var settings = original.Settings with { Stages = [.. original.Settings.Stages.Where(stage => !ActsOutside(stage.Kind))] };
        var inputs = request.Inputs == ReproductionInputs.Files
            ? await FilesAsync(settings, original.Inputs, request.Replace ?? new Dictionary<string, string>(), ct)
            : await RecordedAsync(original.Inputs, request, ct);
        var reproduction = Guid.CreateVersion7();
        session.Stamp(actor, reproduction, id);
        session.Events.StartStream<Experiment>(reproduction, new ExperimentSubmitted(
            request.Name ?? original.Name, settings, inputs, original.PipelineName, original.PipelineVersion, SettingsDigest.Of(settings),
            "sha256:" + Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, SwiftJson.Options))), SwiftVersion.Current, id));
        await session.SaveChangesAsync(ct);
        return new ReproductionAccepted(
            reproduction, id, [.. original.Settings.Stages.Where(stage => ActsOutside(stage.Kind)).Select(stage => stage.Name!)]);
    }

    private async Task<IReadOnlyDictionary<string, ArtifactReference>> RecordedAsync(
        IReadOnlyDictionary<string, ArtifactReference> recorded, ReproduceExperiment request, CancellationToken ct)
    {
        if (request.Replace is { Count: > 0 })
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "replace_needs_files", "'replace' goes with \"inputs\": \"files\"; the recorded bytes are what they are.");
        }
        foreach (var (path, artifact) in recorded)
        {
            if (await artifacts.FindLengthAsync(ArtifactDigest.Parse(artifact.Digest), ct) is null)
            {
                throw new ProblemException(
                    StatusCodes.Status409Conflict, "input_missing",
                    $"The bytes that the experiment read as {path} ({artifact.Digest}) are not in the artifact store any more.");
            }
        }
        return recorded;
    }

    /// <summary>Through the same door as any submission, and then under the recorded paths, so that the settings stay what they were.</summary>
    private async Task<IReadOnlyDictionary<string, ArtifactReference>> FilesAsync(
        PipelineSpec settings, IReadOnlyDictionary<string, ArtifactReference> recorded, IReadOnlyDictionary<string, string> replace, CancellationToken ct)
    {
        if (replace.Keys.FirstOrDefault(path => !recorded.ContainsKey(path)) is { } unknown)
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest, "not_an_input", $"{unknown} is no input of the experiment; its inputs are {string.Join(", ", recorded.Keys)}.");
        }
        foreach (var (path, now) in replace)
        {
            if (now.Contains('\0') || !Path.IsPathFullyQualified(now))
            {
                throw ProblemException.OfField("invalid_replacement", "replace", $"\"{now}\", for {path}, is not an absolute path; write the whole path.");
            }
            if (DatasetName.Parse(now).Rows is not null || DatasetPatterns.IsPattern(now))
            {
                throw ProblemException.OfField("invalid_replacement", "replace", $"\"{now}\", for {path}, is not the path of one file or folder; write it without pattern and without a number of rows.");
            }
        }
        string Now(string path) => replace.TryGetValue(path, out var now) ? Path.GetFullPath(now) : path;
        string Dataset(string written)
        {
            var name = DatasetName.Parse(written);
            return Now(name.Path) + (name.Rows is { } rows ? $"#{rows}" : "");
        }

        var read = settings with
        {
            Model = settings.Model with { Path = settings.Model.Path is { } folder ? Now(folder) : null, Tokenizer = settings.Model.Tokenizer is { } tokenizer ? Now(tokenizer) : null },
            Stages = [.. settings.Stages.Select(stage => stage.Data is { } data ? stage with { Data = data with { Dataset = [.. data.Dataset.Select(Dataset)] } } : stage)],
        };
        var prepared = await intake.PrepareAsync(read, ingest: true, ct);
        return new SortedDictionary<string, ArtifactReference>(recorded.Keys.ToDictionary(path => path, path => prepared.Inputs[Now(path)]), StringComparer.Ordinal);
    }
}
