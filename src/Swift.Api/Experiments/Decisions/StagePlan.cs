using Swift.Api.Experiments.Aggregate;
using Swift.Api.Registry.Decisions;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Events;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;

namespace Swift.Api.Experiments.Decisions;

/// <summary>What a running stage asks for next, by kind. A new kind of stage is a new line here and its command in <see cref="SegmentCommands"/>.</summary>
internal static class StagePlan
{
    /// <param name="registry">The registered model that a register stage writes to; null when it was not looked at.</param>
    internal static IReadOnlyList<IExperimentEvent> Next(Experiment state, Stage stage, RegistryLookup? registry) => stage.Kind switch
    {
        StageKind.Prepare => Single(stage, SegmentRole.Prepare, "prepare"),
        StageKind.Sft => Train(stage),
        StageKind.Grpo => GrpoPlan.Next(stage, state.Settings(stage)),
        StageKind.Eval => Single(stage, SegmentRole.Evaluate, "evaluate"),
        StageKind.Export => Single(stage, SegmentRole.Export, "export"),
        StageKind.Deploy => Deploy(stage, state.Settings(stage).Deploy!, registry),
        StageKind.Register => Register(state, stage, registry),
        _ => throw new InvalidOperationException($"No plan is known for stages of the kind {stage.Kind}."),
    };

    private static IReadOnlyList<IExperimentEvent> Single(Stage stage, SegmentRole role, string name) => stage switch
    {
        { Finished: true } => [Succeeded(stage)],
        { Outstanding.Count: > 0 } => [],
        _ => [new SegmentRequested(stage.Index, name, role, 1, 0, 0, 0, 0, stage.BaseModel, null, null)],
    };

    private static IReadOnlyList<IExperimentEvent> Train(Stage stage) => stage switch
    {
        { Finished: true } => [Succeeded(stage)],
        { Outstanding.Count: > 0 } => [],
        _ =>
        [
            new SegmentRequested(
                stage.Index, $"train-{stage.SegmentsDone:D4}", SegmentRole.Train, 1, stage.Step, 0, 0, 0,
                stage.BaseModel, stage.Checkpoint, null),
        ],
    };

    /// <summary>The control plane's own work: no segment, no worker.</summary>
    private static IReadOnlyList<IExperimentEvent> Register(Experiment state, Stage stage, RegistryLookup? registry) => stage switch
    {
        { Finished: true } => [Succeeded(stage)],
        _ when registry?.Stage != stage.Index => [],
        _ => [Promotion.Decide(state, stage, state.Settings(stage).Register!, registry!.Model)],
    };

    /// <summary>A deployment that follows an alias begins with what the alias means now, which need not be the experiment's own model.</summary>
    private static IReadOnlyList<IExperimentEvent> Deploy(Stage stage, DeploySpec settings, RegistryLookup? registry)
    {
        if (settings.Alias is not { } alias || stage is { Finished: true } or { Outstanding.Count: > 0 })
        {
            return Single(stage, SegmentRole.Deploy, "deploy");
        }
        if (registry?.Stage != stage.Index)
        {
            return [];
        }
        if (registry!.Model?.Behind(alias) is { } version)
        {
            return [new SegmentRequested(stage.Index, "deploy", SegmentRole.Deploy, 1, 0, 0, 0, 0, version.Model, null, null)];
        }
        var reason = new FailureReason(
            FailureKind.BadInput, "alias_not_found",
            $"The registered model {settings.ModelName} has no alias {alias} to follow; promote a version and retry.");
        return [new StageFailed(stage.Index, stage.Name, reason), new ExperimentFailed(reason)];
    }

    internal static StageSucceeded Succeeded(Stage stage) =>
        new(stage.Index, stage.Name, new SortedDictionary<string, ArtifactReference>(stage.Artifacts.ToDictionary(), StringComparer.Ordinal), stage.Model);
}
