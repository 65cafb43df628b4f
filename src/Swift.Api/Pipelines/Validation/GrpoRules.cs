using Swift.Contracts.Pipelines;

namespace Swift.Api.Pipelines.Validation;

/// <summary>The GRPO loop: sizes that divide each other, and the constants of its loss.</summary>
internal static class GrpoRules
{
    public static void Check(GrpoSpec grpo, Rules rules)
    {
        rules.Between(grpo.NumGenerations, 2, 4_096);
        rules.Between(grpo.GenerationBatchSize, 1, 1_048_576);
        rules.Between(grpo.StepsPerGeneration, 1, 65_536);
        rules.Between(grpo.NumIterations, 1, 1_024);
        rules.Between(grpo.RolloutShards, 1, 4_096);
        Sizes(grpo, rules);

        rules.Words(grpo.RewardFuncs);
        if (grpo.RewardWeights is { } weights && weights.Count != grpo.RewardFuncs.Count)
            rules.Error("reward_weights", $"Has {weights.Count} weights for {grpo.RewardFuncs.Count} reward_funcs; write one each.", "reward_funcs");

        rules.Positive(grpo.Epsilon);
        rules.Positive(grpo.EpsilonHigh);
        if (grpo.Epsilon >= 1) rules.Error("epsilon", $"Is {grpo.Epsilon}; the ratio is clipped at 1 - epsilon, so write less than 1.");
        if (grpo.Delta <= 1 + (grpo.EpsilonHigh ?? grpo.Epsilon))
            rules.Error("delta", $"Is {grpo.Delta}; the second clip must lie above the first: write more than {1 + (grpo.EpsilonHigh ?? grpo.Epsilon)}, or null.", "epsilon", "epsilon_high");
        rules.AtLeast(grpo.Beta, 0);
        rules.Word(grpo.LossType);
        rules.Word(grpo.ImportanceSamplingLevel);
        rules.Word(grpo.AdvantageEstimator);
        rules.Word(grpo.ScaleRewards);
    }

    private static void Sizes(GrpoSpec grpo, Rules rules)
    {
        var (group, batch) = (grpo.NumGenerations, PipelineResolver.GenerationBatchSize(grpo));
        if (group < 1 || batch < 1) return;

        if (batch % group != 0)
        {
            rules.Error("generation_batch_size", $"Is {batch}, which is not a multiple of num_generations ({group}).", "num_generations");
            return;
        }
        if (batch / group < grpo.RolloutShards)
            rules.Error("rollout_shards", $"Is {grpo.RolloutShards}, but an iteration has only {batch / group} prompts (generation_batch_size / num_generations); write {batch / group} or less.", "num_generations", "generation_batch_size");
        if (grpo.StepsPerGeneration >= 1 && batch % grpo.StepsPerGeneration != 0)
            rules.Error("steps_per_generation", $"Is {grpo.StepsPerGeneration}, which does not divide generation_batch_size ({batch}).", "num_generations", "generation_batch_size");
    }
}
