using JasperFx.Events;
using Marten.Events.Aggregation;
using Swift.Contracts.Events;
using Swift.Contracts.Rest;

namespace Swift.Api.Registry.Aggregate;

/// <summary>Lets Marten keep <see cref="RegisteredModel"/> beside the stream, in the transaction that appends.</summary>
public sealed partial class ModelProjection : SingleStreamProjection<RegisteredModel, Guid>
{
    public override RegisteredModel? Evolve(RegisteredModel? snapshot, Guid id, IEvent e)
    {
        var (actor, at) = (e.UserName ?? "unknown", e.Timestamp);
        var next = e.Data switch
        {
            ModelVersionAdded added => (snapshot ?? new RegisteredModel { Id = id, Name = added.Name, UpdatedAt = at }) with
            {
                Versions = [.. snapshot?.Versions ?? [], new ModelVersion(added.Version, added.Model, added.Source, added.Description, at, actor)],
            },
            ModelAliasMoved moved => With(snapshot, moved.Alias, new AliasDecision(at, actor, true, moved.FromVersion, moved.Version, moved.Reason, moved.Evidence)),
            ModelPromotionRefused refused => With(
                snapshot, refused.Alias, new AliasDecision(at, actor, false, refused.CurrentVersion, refused.Version, refused.Reason, refused.Evidence)),
            _ => snapshot,
        };
        return next is null ? null : next with { Version = (int)e.Version, UpdatedAt = at };
    }

    private static RegisteredModel? With(RegisteredModel? model, string alias, AliasDecision decision) =>
        model is null ? null : model with { Changes = [.. model.Changes, new AliasChange(alias, decision)] };
}
