using System.Text.Json;
using Marten;
using Marten.Events;
using Swift.Api.Experiments.Aggregate;
using Swift.Api.Experiments.Metrics;
using Swift.Api.Experiments.Saga;
using Swift.Api.Lineage;
using Swift.Api.Registry.Aggregate;
using Swift.Contracts;
using Swift.Testing;

namespace Swift.Api.Tests.Experiments;

/// <summary>All derived documents as text, to compare before and after a rebuild.</summary>
internal static class ReadModelSnapshot
{
    /// <summary>Waits until the asynchronous projection has seen everything and the sagas have caught up, then takes the snapshot.</summary>
    internal static async Task<IReadOnlyList<string>> Take(ControlPlane plane, IReadOnlyList<Guid> experiments)
    {
        await plane.Store.WaitForNonStaleProjectionDataAsync(Patience.Longest);
        while (true)
        {
            await using var session = plane.Store.QuerySession();
            var states = await session.Query<Experiment>().ToListAsync(TestContext.Current.CancellationToken);
            var sagas = await session.Query<ExperimentSagaState>().ToListAsync(TestContext.Current.CancellationToken);
            if (experiments.All(id => sagas.Any(saga => saga.CorrelationId == id && saga.StreamVersion == states.Single(state => state.Id == id).Version)))
            {
                return await Documents(plane);
            }
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    internal static async Task<IReadOnlyList<string>> Documents(ControlPlane plane)
    {
        await using var session = plane.Store.QuerySession();
        var experiments = await session.Query<Experiment>().OrderBy(d => d.Id).ToListAsync();
        var metrics = await session.Query<MetricBatch>().OrderBy(d => d.Id).ToListAsync();
        var sagas = await session.Query<ExperimentSagaState>().OrderBy(d => d.CorrelationId).ToListAsync();
        var links = await session.Query<LineageLink>().OrderBy(d => d.Id).ToListAsync();
        var models = await session.Query<RegisteredModel>().OrderBy(d => d.Id).ToListAsync();
        return
        [
            .. models.Select(d => JsonSerializer.Serialize(d, SwiftJson.Options)),
            .. links.Select(d => JsonSerializer.Serialize(d, SwiftJson.Options)),
            .. experiments.Select(d => JsonSerializer.Serialize(d, SwiftJson.Options)),
            .. metrics.Select(d => JsonSerializer.Serialize(d, SwiftJson.Options)),
            .. sagas.Select(d => JsonSerializer.Serialize(d, SwiftJson.Options)),
        ];
    }

    internal static async Task Drop(ControlPlane plane)
    {
        await plane.Store.Advanced.Clean.DeleteDocumentsByTypeAsync(typeof(Experiment));
        await plane.Store.Advanced.Clean.DeleteDocumentsByTypeAsync(typeof(MetricBatch));
        await plane.Store.Advanced.Clean.DeleteDocumentsByTypeAsync(typeof(LineageLink));
        await plane.Store.Advanced.Clean.DeleteDocumentsByTypeAsync(typeof(RegisteredModel));
        await plane.Store.Advanced.Clean.DeleteDocumentsByTypeAsync(typeof(ExperimentSagaState));
    }
}
