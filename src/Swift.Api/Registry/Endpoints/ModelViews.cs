using Swift.Api.Registry.Aggregate;
using Swift.Contracts.Rest;

namespace Swift.Api.Registry.Endpoints;

/// <summary>Registered models as the REST API shows them.</summary>
internal static class ModelViews
{
    internal static ModelView ToView(this RegisteredModel model) =>
        new(model.Name, model.Aliases(), [.. model.Versions.Select(version => ToView(model, version))]);

    internal static ModelVersionView ToView(this RegisteredModel model, ModelVersion version) => new(
        model.Name, version.Number, version.Model, version.Source, version.Description, version.RegisteredAt, version.RegisteredBy,
        [.. model.Aliases().Where(alias => alias.Value == version.Number).Select(alias => alias.Key)]);

    /// <returns>Null when the alias was never set.</returns>
    internal static AliasView? ToView(this RegisteredModel model, string alias) =>
        model.Standing(alias) is not { Decision: var move }
            ? null
            : new AliasView(model.Name, alias, ToView(model, model.Versions[move.Version - 1]), move.At, move.Actor, move.Reason, move.Evidence);
}
