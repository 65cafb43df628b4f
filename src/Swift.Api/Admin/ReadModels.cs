using System.Diagnostics;
using Marten;
using Marten.Events.Daemon.Coordination;
using Microsoft.AspNetCore.Http.HttpResults;
using Swift.Api.Experiments.Saga;
using Swift.Api.Experiments.Aggregate;
using Swift.Api.Pipelines.Registry;
using Swift.Api.Registry.Aggregate;
using Swift.Contracts.Rest;

namespace Swift.Api.Admin;

/// <summary>Drops what was derived and derives it again. The events are the truth; this proves it.</summary>
public sealed class ReadModels(IDocumentStore store, IProjectionCoordinator coordinator)
{
    public async Task<RebuildReport> RebuildAsync(CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        var daemon = coordinator.DaemonForMainDatabase();
        await daemon.RebuildProjectionAsync<ExperimentProjection>(ct);
        await daemon.RebuildProjectionAsync<PipelineHistoryProjection>(ct);
        await daemon.RebuildProjectionAsync<ModelProjection>(ct);
        await daemon.RebuildProjectionAsync("metrics", ct);

        await using var session = store.LightweightSession();
        var experiments = await session.Query<Experiment>().ToListAsync(ct);
        session.DeleteWhere<ExperimentSagaState>(_ => true);
        await session.SaveChangesAsync(ct);
        var led = experiments.Where(experiment => experiment.Version > 1).ToList();
        session.Insert(led.Select(ExperimentSagaState.From).ToArray());
        await session.SaveChangesAsync(ct);
        return new RebuildReport(experiments.Count, led.Count, watch.Elapsed.TotalSeconds);
    }
}

internal static class AdminEndpoints
{
    internal static void MapAdmin(this RouteGroupBuilder v1) =>
        v1.MapPost("/admin/read-models:rebuild", async Task<Ok<RebuildReport>> (ReadModels readModels, CancellationToken ct) =>
                TypedResults.Ok(await readModels.RebuildAsync(ct)))
            .WithTags("Admin").WithName("RebuildReadModels").WithSummary("Drops all read models and saga states and makes them anew from the events.");
}
