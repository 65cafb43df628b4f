using JasperFx.Events;
using Marten;
using Marten.Events.Projections;

namespace Swift.Api.Lineage;

/// <summary>Keeps the links beside the streams, in the transaction that appends: what an event says is known as soon as it is durable.</summary>
public sealed partial class LineageProjection : EventProjection
{
    public LineageProjection()
    {
        Name = "lineage";
        foreach (var type in LineageLinks.EventTypes)
        {
            IncludeType(type);
        }
    }

    public override ValueTask ApplyAsync(IDocumentOperations operations, IEvent e, CancellationToken cancellation)
    {
        foreach (var link in LineageLinks.Of(e))
        {
            operations.Store(link);
        }
        return ValueTask.CompletedTask;
    }
}
