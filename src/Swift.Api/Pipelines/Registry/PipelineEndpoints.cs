using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Swift.Api.Access;
using Swift.Api.EventStore;
using Swift.Api.Pipelines.Registry;
using Swift.Contracts.Access;
using Swift.Contracts.Pipelines;
using Swift.Contracts.Rest;

namespace Swift.Api.Pipelines;

/// <summary>Routes of <c>/v1/pipelines</c>.</summary>
public static class PipelineEndpoints
{
    public static void MapPipelines(this RouteGroupBuilder v1)
    {
        var pipelines = v1.MapGroup("").RequireRole(Role.Viewer, Role.Operator).WithTags("Pipelines");
        pipelines.MapPost("/pipelines:validate", Validate).WithName("ValidatePipeline").Accepts<PipelineSpec>(SpecificationBody.Json, SpecificationBody.Yaml)
            .WithSummary("What would run, with every default resolved, and all errors at once. Nothing is stored.");
        pipelines.MapPost("/pipelines", Register).WithName("RegisterPipeline").Accepts<PipelineSpec>(SpecificationBody.Json, SpecificationBody.Yaml)
            .WithSummary("Registers a new version of a pipeline. The same content again gives the same version.");
        pipelines.MapGet("/pipelines", List).WithName("ListPipelines").WithSummary("The newest version of each pipeline, by name, in pages.");
        pipelines.MapGet("/pipelines/{name}", Get).WithName("GetPipeline").WithSummary("A version of a pipeline; the newest when none is named.");
    }

    private static async Task<Ok<PipelinePlan>> Validate(
        HttpRequest request, PipelineIntake intake, CancellationToken ct, [FromQuery(Name = "base_directory")] string? baseDirectory = null)
    {
        var prepared = await PrepareAsync(request, intake, baseDirectory, ct);
        return TypedResults.Ok(new PipelinePlan(prepared.Effective, prepared.Datasets));
    }

    private static async Task<Results<Created<RegisteredPipeline>, Ok<RegisteredPipeline>>> Register(
        HttpRequest request, PipelineIntake intake, RegisteredPipelines pipelines, CancellationToken ct,
        [FromQuery(Name = "base_directory")] string? baseDirectory = null)
    {
        var prepared = await PrepareAsync(request, intake, baseDirectory, ct);
        var (registered, isNew) = await pipelines.RegisterAsync(prepared.Registrable, request.HttpContext.Actor(), ct);
        return isNew
            ? TypedResults.Created($"/v1/pipelines/{registered.Name}?version={registered.Version}", registered)
            : TypedResults.Ok(registered);
    }

    private static async Task<Ok<Page<RegisteredPipeline>>> List(
        RegisteredPipelines pipelines, CancellationToken ct, int? pageSize = null, string? pageToken = null) =>
        TypedResults.Ok(await pipelines.ListAsync(pageSize, pageToken, ct));

    private static async Task<Ok<RegisteredPipeline>> Get(string name, RegisteredPipelines pipelines, CancellationToken ct, int? version = null) =>
        TypedResults.Ok(await pipelines.Find(name, version, ct));

    /// <summary>The inputs stay where they are: they are taken in when an experiment runs the pipeline.</summary>
    private static async Task<PreparedPipeline> PrepareAsync(HttpRequest request, PipelineIntake intake, string? baseDirectory, CancellationToken ct)
    {
        var (text, format) = await SpecificationBody.ReadAsync(request, ct);
        return await intake.PrepareAsync(text, format, baseDirectory, ingest: false, ct);
    }
}
