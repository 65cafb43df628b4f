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

    /// <summary>What an event says; null when it says nothing of metrics.</summary>
    internal static MetricBatch? Of(IEvent happened) => happened.Data is not MetricsRecorded recorded ? null : new MetricBatch
    {
        Id = happened.Id,
        ExperimentId = happened.StreamId,
        StreamVersion = happened.Version,
        StageName = recorded.StageName,
        Points = recorded.Points,
    };
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
        if (MetricBatch.Of(e) is { } batch)
        {
            operations.Store(batch);
        }
        return ValueTask.CompletedTask;
    }
}
