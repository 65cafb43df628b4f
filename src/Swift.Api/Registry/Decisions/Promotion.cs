using Swift.Api.Experiments.Aggregate;
using Swift.Api.Registry.Aggregate;
using Swift.Api.Registry.Gates;
using Swift.Contracts.Events;
using Swift.Contracts.Pipelines;
using Swift.Contracts.Registry;

namespace Swift.Api.Registry.Decisions;

/// <summary>What a register stage decides: a pure function of the experiment and of the registered model as it stands.</summary>
internal static class Promotion
{
    /// <param name="model">Null: nothing was ever registered under the name.</param>
    internal static ModelRegistered Decide(Experiment state, Stage stage, RegisterSpec settings, RegisteredModel? model)
    {
        var candidate = state.Model!;
        var source = ModelSources.Of(state, ModelSources.Maker(state, candidate)!, candidate, settings.Evaluation);
        var gates = settings.Gates
            .Select(text => Gate.TryParse(text, out var gate)
                ? GateJudgement.Judge(gate, source.Evaluation, Behind, settings.Alias)
                : new GateResult(text, false, null, null, "the gate cannot be read"))
            .ToList();
        var refused = gates.Where(gate => !gate.Held).ToList();
        var reason = (gates.Count, refused.Count) switch
        {
            (0, _) => "no gates were asked for",
            (_, 0) => $"every gate held: {string.Join("; ", gates.Select(gate => gate.Explanation))}",
            _ => string.Join("; ", refused.Select(gate => gate.Explanation)),
        };
        return new ModelRegistered(
            stage.Index, settings.ModelName!, (model?.Versions.Count ?? 0) + 1, candidate, settings.Alias, refused.Count == 0,
            model?.Standing(settings.Alias)?.Decision.Version, reason, new AliasEvidence(state.Id, source.Evaluation, gates));

        Comparand? Behind(string alias) => model?.Behind(alias) is { } version ? new Comparand(version.Number, version.Source.Evaluation) : null;
    }

    /// <summary>The same decision as the model's own stream records it.</summary>
    internal static IReadOnlyList<IModelEvent> Record(Experiment state, ModelRegistered e)
    {
        var maker = ModelSources.Maker(state, e.Model)!;
        return
        [
            new ModelVersionAdded(e.ModelName, e.Version, e.Model, new ModelSource(state.Id, maker.Index, maker.Name, e.Evidence.Evaluation), state.Settings.Description),
            e.Promoted
                ? new ModelAliasMoved(e.Alias, e.PreviousVersion, e.Version, e.Reason, e.Evidence)
                : new ModelPromotionRefused(e.Alias, e.PreviousVersion, e.Version, e.Reason, e.Evidence),
        ];
    }
}
