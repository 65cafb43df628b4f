using Swift.Api.Experiments.Aggregate;
using Swift.Contracts.Events;
using Swift.Contracts.Pipelines;

namespace Swift.Api.Experiments.Decisions;

/// <summary>
/// The GRPO loop: generate with policy v, update to v+1, and so on. With <c>async_generate</c> the completions of
/// iteration i come from policy i-1 (exactly one version stale, so the result does not depend on who is faster).
/// </summary>
internal static class GrpoPlan
{
    internal static IReadOnlyList<IExperimentEvent> Next(Stage stage, StageSpec settings)
    {
        var (train, grpo) = (settings.Train!, settings.Grpo!);
        var iterations = Iterations(train, grpo);
        if (stage.PolicyVersion >= iterations)
        {
            return [StagePlan.Succeeded(stage)];
        }
        return [.. Generations(stage, grpo, iterations), .. Update(stage, grpo)];
    }

    /// <summary>Policy updates of the stage: each is one segment of steps_per_generation × num_iterations optimiser steps.</summary>
    internal static int Iterations(TrainSpec train, GrpoSpec grpo)
    {
        var stepsPerUpdate = grpo.StepsPerGeneration * grpo.NumIterations;
        return (train.MaxSteps + stepsPerUpdate - 1) / stepsPerUpdate;
    }

    /// <summary>Name of the segment that uses the completions of an iteration.</summary>
    internal static string UpdateSegment(int iteration) => $"update-{iteration:D4}";

    private static IEnumerable<IExperimentEvent> Generations(Stage stage, GrpoSpec grpo, int iterations)
    {
        var ahead = grpo.AsyncGenerate ? 1 : 0;
        for (var iteration = stage.PolicyVersion; iteration <= stage.PolicyVersion + ahead && iteration < iterations; iteration++)
        {
            var policyVersion = Math.Max(0, iteration - ahead);
            var policy = policyVersion == stage.PolicyVersion ? stage.Model ?? stage.BaseModel : stage.PreviousModel;
            for (var shard = 0; shard < grpo.RolloutShards; shard++)
            {
                if (!IsKnown(stage, iteration, shard))
                {
                    yield return new SegmentRequested(
                        stage.Index, $"rollout-{iteration:D4}-shard-{shard}", SegmentRole.Rollout, 1, stage.Step, iteration, shard,
                        policyVersion, policy, null, null);
                }
            }
        }
    }

    private static bool IsKnown(Stage stage, int iteration, int shard) =>
        stage.Rollouts.Any(rollouts => rollouts.Iteration == iteration && rollouts.Shard == shard)
        || stage.Outstanding.Any(segment => segment.Role == SegmentRole.Rollout && segment.Iteration == iteration && segment.Shard == shard);

    private static IEnumerable<IExperimentEvent> Update(Stage stage, GrpoSpec grpo)
    {
        var iteration = stage.PolicyVersion;
        var complete = stage.Rollouts.Count(rollouts => rollouts.Iteration == iteration) == grpo.RolloutShards;
        var underway = stage.Outstanding.Any(segment => segment.Role == SegmentRole.Update);
        if (complete && !underway)
        {
            yield return new SegmentRequested(
                stage.Index, UpdateSegment(iteration), SegmentRole.Update, 1, stage.Step, iteration, 0, iteration,
                stage.Model ?? stage.BaseModel, stage.Checkpoint, null);
        }
    }
}
