using Swift.Contracts.Pipelines;

namespace Swift.Training.Reinforcement;

/// <summary>What a completion's reward is compared with.</summary>
public enum AdvantageEstimator
{
    /// <summary>The mean of its group.</summary>
    Grpo,
    /// <summary>The mean of the others in its group (arXiv:2402.14740).</summary>
    Rloo,
    /// <summary>The mean of its group; scaled by the deviation of the advantages themselves (arXiv:2501.03262).</summary>
    ReinforcePlusPlus,
}

/// <summary>What an advantage is divided by.</summary>
public enum RewardScale
{
    /// <summary>The standard deviation in the group.</summary>
    Group,
    /// <summary>The standard deviation in the batch.</summary>
    Batch,
    /// <summary>Nothing.</summary>
    None,
}

/// <summary>Advantages of completions from their rewards. Standard deviations are unbiased (n − 1), of one value 0.</summary>
public static class Advantages
{
    private const double Epsilon = 1e-4;

    /// <param name="rewards">Groups of <paramref name="numGenerations"/> completions, one after the other.</param>
    /// <returns>One per reward.</returns>
    public static double[] Compute(IReadOnlyList<double> rewards, int numGenerations, AdvantageEstimator estimator, RewardScale scale)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(numGenerations);
        if (rewards.Count % numGenerations != 0)
            throw new ArgumentException($"{rewards.Count} rewards are no whole number of groups of {numGenerations}.", nameof(rewards));

        var advantages = new double[rewards.Count];
        var leaveOneOut = estimator == AdvantageEstimator.Rloo && numGenerations > 1 ? numGenerations / (numGenerations - 1.0) : 1.0;
        for (var start = 0; start < rewards.Count; start += numGenerations)
        {
            var mean = Mean(rewards, start, numGenerations);
            for (var i = start; i < start + numGenerations; i++)
                advantages[i] = leaveOneOut * (rewards[i] - mean);
        }

        var scaledBy = estimator == AdvantageEstimator.ReinforcePlusPlus ? advantages.ToArray() : rewards;
        var width = scale switch
        {
            RewardScale.Group => numGenerations,
            RewardScale.Batch => rewards.Count,
            _ => 0,
        };
        for (var start = 0; width > 0 && start < rewards.Count; start += width)
        {
            var divisor = Deviation(scaledBy, start, width) + Epsilon;
            for (var i = start; i < start + width; i++)
                advantages[i] /= divisor;
        }

        return advantages;
    }

    /// <summary>Unbiased standard deviation of <paramref name="count"/> values from <paramref name="start"/>.</summary>
    public static double Deviation(IReadOnlyList<double> values, int start, int count)
    {
        if (count < 2)
            return 0;
        var mean = Mean(values, start, count);
        var sum = 0.0;
        for (var i = start; i < start + count; i++)
            sum += (values[i] - mean) * (values[i] - mean);
        return Math.Sqrt(sum / (count - 1));
    }

    /// <exception cref="Swift.Contracts.Experiments.SwiftException">Bad input <c>grpo_option_unknown</c>.</exception>
    public static (AdvantageEstimator Estimator, RewardScale Scale) Options(GrpoSpec spec) => (
        spec.AdvantageEstimator switch
        {
            "grpo" => AdvantageEstimator.Grpo,
            "rloo" => AdvantageEstimator.Rloo,
            "reinforce_plus_plus" => AdvantageEstimator.ReinforcePlusPlus,
            _ => throw PolicyLossOptions.Unknown("advantage_estimator", spec.AdvantageEstimator, "grpo, rloo, reinforce_plus_plus"),
        },
        spec.ScaleRewards switch
        {
            "group" => RewardScale.Group,
            "batch" => RewardScale.Batch,
            "none" => RewardScale.None,
            _ => throw PolicyLossOptions.Unknown("scale_rewards", spec.ScaleRewards, "group, batch, none"),
        });

    private static double Mean(IReadOnlyList<double> values, int start, int count)
    {
        var sum = 0.0;
        for (var i = start; i < start + count; i++)
            sum += values[i];
        return sum / count;
    }
}
