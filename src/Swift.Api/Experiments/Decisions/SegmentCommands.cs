using Swift.Api.Experiments.Aggregate;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Events;
using Swift.Contracts.Messages;
using Swift.Contracts.Pipelines;
using Swift.Contracts.Registry;

namespace Swift.Api.Experiments.Decisions;

/// <summary>The message that a <see cref="SegmentRequested"/> stands for; built from the state alone, so it can be sent again at any time.</summary>
public static class SegmentCommands
{
    public static ISegmentCommand For(Experiment state, int stageIndex, Segment segment)
    {
        var stage = state.Stages[stageIndex];
        var settings = state.Settings.Stages[stageIndex];
        var address = new SegmentAddress(state.Id, stage.Index, stage.Name, segment.Name, segment.Attempt);
        var seed = state.Settings.Seed;
        return segment.Role switch
        {
            SegmentRole.Prepare => new PrepareModel(
                address, state.Settings.Model, seed, Input(state, state.Settings.Model.Path), Input(state, state.Settings.Model.Tokenizer)),
            SegmentRole.Train => new TrainSegment(
                address, segment.Model!, segment.Checkpoint, segment.FromStep,
                Datasets(state, settings.Data!), settings.Data!, settings.Train!, seed),
            SegmentRole.Rollout => new GenerateRollouts(
                address, segment.Model!, segment.PolicyVersion, segment.Iteration, segment.Shard, settings.Grpo!.RolloutShards,
                Datasets(state, settings.Data!), settings.Data!, settings.Generation!, settings.Grpo!, seed),
            SegmentRole.Update => Update(state, stage, segment, settings, address),
            SegmentRole.Evaluate => new EvaluateModel(
                address, segment.Model!, Datasets(state, settings.Data!), settings.Data!, settings.Eval!, settings.Generation!, seed),
            SegmentRole.Export => new ExportModel(address, segment.Model!, settings.Export!, state.Settings.Name),
            SegmentRole.Deploy => new DeployModel(address, segment.Model!, settings.Deploy!.ServedModelName!, Followed(settings.Deploy!)),
            _ => throw new InvalidOperationException($"No command is known for the role {segment.Role}."),
        };
    }

    private static FollowedAlias? Followed(DeploySpec deploy) => deploy.Alias is { } alias ? new FollowedAlias(deploy.ModelName!, alias) : null;

    private static UpdatePolicy Update(Experiment state, Stage stage, Segment segment, StageSpec settings, SegmentAddress address)
    {
        var (train, grpo) = (settings.Train!, settings.Grpo!);
        var totalSteps = GrpoPlan.Iterations(train, grpo) * grpo.StepsPerGeneration * grpo.NumIterations;
        ArtifactReference[] rollouts =
        [
            .. stage.Rollouts.Where(shard => shard.Iteration == segment.Iteration).OrderBy(shard => shard.Shard).Select(shard => shard.Rollouts),
        ];
        return new UpdatePolicy(
            address, segment.Model!, segment.Checkpoint, grpo.Beta == 0 ? null : stage.BaseModel, segment.FromStep, totalSteps,
            segment.PolicyVersion, segment.Iteration, rollouts, train, grpo, settings.Generation!, state.Settings.Seed);
    }

    private static IReadOnlyList<DatasetReference> Datasets(Experiment state, DataSpec data) =>
    [
        .. data.Dataset.Select(written =>
        {
            var dataset = DatasetName.Parse(written);
            return new DatasetReference(written, state.Inputs[dataset.Path], dataset.Rows);
        }),
    ];

    private static ArtifactReference? Input(Experiment state, string? path) =>
        path is null ? null : state.Inputs.GetValueOrDefault(path);
}
