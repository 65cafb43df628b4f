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
        Clips(grpo, rules);
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

    private static void Clips(GrpoSpec grpo, Rules rules)
    {
        // An absolute cap on the ratio, where the other losses add it to 1: inheriting epsilon (0.2) would scale every gradient down unseen.
        if (grpo.LossType == "cispo" && grpo.EpsilonHigh is not >= 1)
            rules.Error("epsilon_high", "Must be written for loss_type cispo: the absolute cap of the ratio, 1 or more (5.0 is usual).", "loss_type");
        if (grpo.Delta is not { } delta) return;

        var upper = 1 + (grpo.EpsilonHigh ?? grpo.Epsilon);
        if (grpo.LossType is "cispo" or "sapo")
            rules.Error("delta", $"Is not used by loss_type {grpo.LossType}; remove it.", "loss_type");
        else if (delta <= upper)
            rules.Error("delta", $"Is {delta}; the second clip must lie above the first: write more than {upper}, or null.", "epsilon", "epsilon_high");
    }
}
