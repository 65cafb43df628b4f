using Swift.Api.Experiments.Aggregate;
using Swift.Api.Registry.Aggregate;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;

namespace Swift.Api.Registry.Decisions;

/// <summary>A registered model as a register stage found it, for its pure decision.</summary>
/// <param name="Stage">The stage that it was looked up for; a later one must look again.</param>
/// <param name="Model">Null: nothing was ever registered under the name.</param>
public sealed record RegistryLookup(int Stage, RegisteredModel? Model)
{
    /// <summary>The register stage that stands and has not decided yet; null when there is none.</summary>
    internal static Stage? Needed(Experiment state) =>
        state.Status == ExperimentStatus.Running && state.CurrentStage is { Kind: StageKind.Register, Status: StageStatus.Running, Finished: false } stage
            ? stage
            : null;
}
