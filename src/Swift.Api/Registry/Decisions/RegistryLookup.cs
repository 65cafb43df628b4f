using Swift.Api.Experiments.Aggregate;
using Swift.Api.Experiments.Decisions;
using Swift.Api.Registry.Aggregate;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;

namespace Swift.Api.Registry.Decisions;

/// <summary>A registered model as a register stage, or a deploy stage that follows an alias, found it, for its pure decision.</summary>
/// <param name="Stage">The stage that it was looked up for; a later one must look again.</param>
/// <param name="Model">Null: nothing was ever registered under the name.</param>
public sealed record RegistryLookup(int Stage, RegisteredModel? Model)
{
    /// <summary>The stage that stands and has not decided yet; null when there is none.</summary>
    internal static Stage? Needed(Experiment state) =>
        state.Status == ExperimentStatus.Running && state.CurrentStage is { Status: StageStatus.Running, Finished: false, Outstanding.Count: 0 } stage
        && ModelName(state, stage) is not null
            ? stage
            : null;

    /// <summary>The registered model that a stage's decision depends on; null for most stages.</summary>
    internal static string? ModelName(Experiment state, Stage stage) => stage.Kind switch
    {
        StageKind.Register => state.Settings(stage).Register!.ModelName,
        StageKind.Deploy when state.Settings(stage).Deploy is { Alias: not null } deploy => deploy.ModelName,
        _ => null,
    };
}
