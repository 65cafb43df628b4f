using Swift.Contracts.Artifacts;
using Swift.Contracts.Registry;

namespace Swift.Workers.Rollout.Serving;

/// <summary>A model under a name, and what may replace it.</summary>
/// <param name="Name">What clients call it.</param>
/// <param name="Follows">The alias whose meaning it serves; null: it stays this model.</param>
internal sealed record Deployment(string Name, ArtifactReference Model, FollowedAlias? Follows)
{
    internal ServedModelView ToView() => new(Name, Model.Digest, Follows);
}
