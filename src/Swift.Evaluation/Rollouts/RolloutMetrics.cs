using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Training.Rollouts;

namespace Swift.Evaluation.Rollouts;

/// <summary>What a shard of completions looks like in numbers; the names are ms-swift's.</summary>
internal static class RolloutMetrics
{
    public static IReadOnlyList<MetricPoint> Of(IReadOnlyList<RolloutCompletion> completions, GrpoSpec grpo, int iteration)
    {
        if (completions.Count == 0)
            return [];
        var names = grpo.RewardFuncs;
        var sums = completions.Select(c => names.Select((name, i) => (grpo.RewardWeights?[i] ?? 1) * (c.Rewards[name] ?? 0)).Sum()).ToArray();
        var groupDeviations = completions.Zip(sums).GroupBy(c => c.First.Group).Select(g => Deviation([.. g.Select(c => c.Second)])).ToArray();
        var lengths = completions.Select(c => c.CompletionIds.Count).ToArray();
        var values = new List<(string Name, double Value)>
        {
            ("reward", sums.Average()),
            // Mean deviation inside a group: what the advantages live on.
            ("reward_std", groupDeviations.Average()),
            ("frac_reward_zero_std", groupDeviations.Count(d => d == 0) / (double)groupDeviations.Length),
        };
        foreach (var name in names)
        {
            if (completions.Average(c => c.Rewards[name]) is { } mean)
                values.Add(($"rewards/{name}/mean", mean));
        }
        values.Add(("completions/mean_length", lengths.Average()));
        values.Add(("completions/min_length", lengths.Min()));
        values.Add(("completions/max_length", lengths.Max()));
        values.Add(("completions/clipped_ratio", completions.Average(c => c.Truncated ? 1.0 : 0.0)));
        return [.. values.Select(v => new MetricPoint(v.Name, iteration, v.Value))];
    }

    /// <summary>Of a sample: divided by n - 1; 0 of a single value.</summary>
    private static double Deviation(double[] values)
    {
        if (values.Length < 2)
            return 0;
        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
    }
}
