using Microsoft.AspNetCore.Http.HttpResults;
using Swift.Api.Access;
using Swift.Api.EventStore;
using Swift.Contracts.Access;
using Swift.Contracts.Rest;

namespace Swift.Api.Reproduction;

/// <summary>Run it again, and compare.</summary>
internal static class ReproductionEndpoints
{
    internal static void MapReproduction(this RouteGroupBuilder v1)
    {
        v1.MapPost("/experiments/{id:guid}:reproduce", async Task<Accepted<ReproductionAccepted>> (
                Guid id, ReproduceExperiment? body, Reproductions reproductions, HttpContext http, CancellationToken ct) =>
            {
                var accepted = await reproductions.StartAsync(id, body ?? new ReproduceExperiment(), http.Actor(), ct);
                return TypedResults.Accepted($"/v1/experiments/{accepted.Id}", accepted);
            })
            .RequireRole(Role.Operator).WithTags("Audit").WithName("ReproduceExperiment").WithSummary("Runs the recorded settings again as a new experiment that names the old one.");
        v1.MapGet("/experiments/{id:guid}/comparison", async Task<Ok<ExperimentComparison>> (
                Guid id, Guid with, ExperimentComparisons comparisons, CancellationToken ct) => TypedResults.Ok(await comparisons.CompareAsync(id, with, ct)))
            .RequireRole(Role.Viewer).WithTags("Audit").WithName("CompareExperiments").WithSummary("Artifact hashes of two experiments, stage by stage, with the first differing tensor or row.");
    }
}
