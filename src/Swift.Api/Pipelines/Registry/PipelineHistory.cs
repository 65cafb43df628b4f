using JasperFx.Events;
using Marten.Events.Aggregation;
using Swift.Contracts.Events;
using Swift.Contracts.Rest;

namespace Swift.Api.Pipelines.Registry;

/// <summary>A registered pipeline with all its versions: a fold of its stream.</summary>
public sealed record PipelineHistory(Guid Id, string Name, IReadOnlyList<RegisteredPipeline> Versions)
{
    public RegisteredPipeline Newest => Versions[^1];
}

/// <summary>Lets Marten keep <see cref="PipelineHistory"/> beside the stream, in the transaction that appends.</summary>
public sealed partial class PipelineHistoryProjection : SingleStreamProjection<PipelineHistory, Guid>
{
    public override PipelineHistory? Evolve(PipelineHistory? snapshot, Guid id, IEvent e)
    {
        if (e.Data is not PipelineRegistered registered) return snapshot;
        var version = new RegisteredPipeline(
            registered.Name, registered.Version, registered.Digest, registered.Spec, e.Timestamp, e.UserName ?? "unknown");
        return new PipelineHistory(id, registered.Name, [.. snapshot?.Versions ?? [], version]);
    }
}
