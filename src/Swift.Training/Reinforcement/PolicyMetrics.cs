using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;

namespace Swift.Training.Reinforcement;

/// <summary>What an iteration says about itself, under ms-swift's names.</summary>
internal static class PolicyMetrics
{
    /// <summary>Rewards and lengths of the completions, and how old the policy was that made them.</summary>
    public static Dictionary<string, double> OfRollouts(RolloutBatch batch, GrpoSpec grpo, int policyVersion)
    {
        var rewards = batch.Rewards;
        var groups = rewards.Count / grpo.NumGenerations;
        var deviations = Enumerable.Range(0, groups)
            .Select(group => Advantages.Deviation(rewards, group * grpo.NumGenerations, grpo.NumGenerations)).ToArray();
        var lengths = batch.Completions.Select(c => (double)c.CompletionIds.Count).ToArray();
        var metrics = new Dictionary<string, double>
        {
            ["reward"] = rewards.Average(),
            ["reward_std"] = deviations.Average(),
            ["frac_reward_zero_std"] = deviations.Count(deviation => deviation < 1e-8) / (double)groups,
            ["completions/mean_length"] = lengths.Average(),
            ["completions/min_length"] = lengths.Min(),
            ["completions/max_length"] = lengths.Max(),
            ["completions/clipped_ratio"] = batch.Completions.Average(c => c.Truncated ? 1.0 : 0.0),
            ["rollout/staleness"] = batch.Completions.Average(c => (double)policyVersion - c.PolicyVersion),
        };
        foreach (var function in grpo.RewardFuncs)
        {
            var values = batch.Completions.Select(c => c.Rewards[function]).OfType<double>().ToArray();
            if (values.Length == 0)
                continue;
            metrics[$"rewards/{function}/mean"] = values.Average();
            metrics[$"rewards/{function}/std"] = Advantages.Deviation(values, 0, values.Length);
        }

        return metrics;
    }

    /// <summary>What the optimiser steps of the iteration saw.</summary>
    public static void AddSteps(Dictionary<string, double> metrics, PolicyStepStatistics statistics, int steps, double beta)
    {
        metrics["loss"] = statistics.Loss / steps;
        metrics["clip_ratio/region_mean"] = statistics.ClippedSum / Math.Max(1, statistics.RatioCount);
        metrics["entropy"] = statistics.EntropySum / Math.Max(1, statistics.CompletionTokens);
        statistics.RolloutDifference.AddTo(metrics);
        if (beta != 0)
            metrics["kl"] = statistics.KlSum / Math.Max(1, statistics.CompletionTokens);
    }

    /// <summary>All of them as points of one step, by name.</summary>
    public static IReadOnlyList<MetricPoint> ToPoints(Dictionary<string, double> metrics, int step) =>
        metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal).Select(metric => new MetricPoint(metric.Key, step, metric.Value)).ToArray();
}
