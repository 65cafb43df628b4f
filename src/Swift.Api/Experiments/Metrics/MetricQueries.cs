using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Swift.Api.Experiments.Endpoints;
using Swift.Contracts.Rest;

namespace Swift.Api.Experiments.Metrics;

/// <summary>Reads metrics as series.</summary>
internal static class MetricQueries
{
    internal static async Task<Ok<IReadOnlyList<MetricSeries>>> Get(Guid id, IQuerySession session, CancellationToken ct, string? name = null)
    {
        if (await session.Events.FetchStreamStateAsync(id, ct) is null)
        {
            throw ExperimentEndpoints.NotFound(id);
        }
        var batches = await session.Query<MetricBatch>()
            .Where(batch => batch.ExperimentId == id)
            .OrderBy(batch => batch.StreamVersion)
            .ToListAsync(ct);
        IReadOnlyList<MetricSeries> series =
        [
            .. batches
                .SelectMany(batch => batch.Points.Select(point => (batch.StageName, point)))
                .Where(pair => name is null || pair.point.Name == name)
                .GroupBy(pair => (pair.StageName, pair.point.Name))
                .Select(group => new MetricSeries(
                    group.Key.StageName, group.Key.Name, [.. group.Select(pair => new MetricSample(pair.point.Step, pair.point.Value))])),
        ];
        return TypedResults.Ok(series);
    }
}
