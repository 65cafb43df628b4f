using System.Security.Cryptography;
using System.Text.Json;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Swift.Api.Errors;
using Swift.Api.EventStore;
using Swift.Api.Experiments.Aggregate;
using Swift.Api.Pipelines;
using Swift.Contracts;
using Swift.Contracts.Events;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;
using Swift.Hosting.Telemetry;

namespace Swift.Api.Experiments.Endpoints;

/// <summary>Takes an experiment in: checked, its inputs stored, its first event durable, and only then answered.</summary>
internal static class Submission
{
    private const int MaxKeyLength = 200;

    internal static async Task<Accepted<ExperimentAccepted>> Submit(
        SubmitExperiment body, IDocumentSession session, PipelineIntake intake, RegisteredPipelines pipelines, HttpContext http, CancellationToken ct)
    {
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length > MaxKeyLength)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "bad_idempotency_key", $"Idempotency-Key has at most {MaxKeyLength} characters.");
        }
        var actor = http.Actor();
        var id = key.Length == 0 ? Guid.CreateVersion7() : DeterministicId.From("experiment", $"{actor}\n{key}");
        var requestDigest = Digest(JsonSerializer.SerializeToUtf8Bytes(body, SwiftJson.Options));
        if (key.Length > 0 && await session.LoadAsync<Experiment>(id, ct) is { } earlier)
        {
            return Repeat(earlier, requestDigest);
        }

        var (prepared, pipelineName, pipelineVersion) = await Prepare(body, intake, pipelines, ct);
        var name = body.Name ?? prepared.Effective.Name;
        var submitted = Submitted(prepared, name, pipelineName, pipelineVersion, requestDigest);
        session.Stamp(actor, id, null);
        session.Events.StartStream<Experiment>(id, submitted);
        try
        {
            await session.SaveChangesAsync(ct);
        }
        catch (Exception raced) when (LostRace.ToStart(raced))
        {
            // The same request, twice at once: the other one won, and both mean the same experiment.
            await using var query = session.DocumentStore.QuerySession();
            return Repeat((await query.LoadAsync<Experiment>(id, ct))!, requestDigest);
        }
        return Accepted(new ExperimentAccepted(id, ExperimentStatus.Submitted, 1));
    }

    /// <summary>The first event of an experiment, whoever asked for it.</summary>
    internal static ExperimentSubmitted Submitted(PreparedPipeline prepared, string name, string? pipelineName, int? pipelineVersion, string requestDigest) => new(
        name, prepared.Effective, prepared.Inputs, pipelineName, pipelineVersion,
        SettingsDigest.Of(prepared.Effective), requestDigest, SwiftVersion.Current);

    private static async Task<(PreparedPipeline Prepared, string? Name, int? Version)> Prepare(
        SubmitExperiment body, PipelineIntake intake, RegisteredPipelines pipelines, CancellationToken ct)
    {
        if (body.Pipeline is { } inline && body.PipelineName is null)
        {
            return (await intake.PrepareAsync(inline, baseDirectory: null, ingest: true, ct), null, null);
        }
        if (body.PipelineName is { } name && body.Pipeline is null)
        {
            var registered = await pipelines.Find(name, body.PipelineVersion, ct);
            return (await intake.PrepareAsync(registered.Spec, ingest: true, ct), registered.Name, registered.Version);
        }
        throw new ProblemException(
            StatusCodes.Status400BadRequest, "pipeline_missing", "Give either 'pipeline' (inline) or 'pipeline_name' (registered), not both.");
    }

    private static Accepted<ExperimentAccepted> Repeat(Experiment earlier, string requestDigest) => earlier.RequestDigest == requestDigest
        ? Accepted(new ExperimentAccepted(earlier.Id, earlier.Status, earlier.Version))
        : throw new ProblemException(
            StatusCodes.Status422UnprocessableEntity, "idempotency_key_reused",
            "This Idempotency-Key was used for another request. A new request needs a new key.");

    private static Accepted<ExperimentAccepted> Accepted(ExperimentAccepted accepted) =>
        TypedResults.Accepted($"/v1/experiments/{accepted.Id}", accepted);

    internal static string Digest(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
}
