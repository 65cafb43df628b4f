using JasperFx.Events;
using Marten;
using Marten.Events.Projections;
using Swift.Contracts.Events;
using Swift.Contracts.Experiments;

namespace Swift.Api.Experiments.Metrics;

/// <summary>The metrics of one accepted segment, as a document that charts can be read from without the whole stream.</summary>
public sealed record MetricBatch
{
    /// <summary>The event's id: projecting it twice writes the same document.</summary>
    public required Guid Id { get; init; }
    public required Guid ExperimentId { get; init; }
    public required long StreamVersion { get; init; }
    public required string StageName { get; init; }
    public required IReadOnlyList<MetricPoint> Points { get; init; }
}

/// <summary>Projects metrics asynchronously, off the path of the saga.</summary>
public sealed partial class MetricProjection : EventProjection
{
    public MetricProjection()
    {
        Name = "metrics";
        IncludeType<MetricsRecorded>();
    }

    public override ValueTask ApplyAsync(IDocumentOperations operations, IEvent e, CancellationToken cancellation)
    {
        if (e.Data is MetricsRecorded recorded)
        {
            operations.Store(new MetricBatch
            {
                Id = e.Id,
                ExperimentId = e.StreamId,
                StreamVersion = e.Version,
                StageName = recorded.StageName,
                Points = recorded.Points,
            });
        }
        return ValueTask.CompletedTask;
    }
}
