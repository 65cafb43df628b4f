using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Training.Rollouts;

namespace Swift.Training.Reinforcement;

/// <summary>The completions of one iteration: whole groups, in order, with their summed rewards.</summary>
internal sealed class RolloutBatch
{
    private readonly IReadOnlyList<double> _weights;

    private RolloutBatch(IReadOnlyList<RolloutCompletion> completions, GrpoSpec grpo)
    {
        Completions = completions;
        _weights = grpo.RewardWeights ?? Enumerable.Repeat(1.0, grpo.RewardFuncs.Count).ToArray();
        if (_weights.Count != grpo.RewardFuncs.Count)
        {
            throw SwiftException.BadInput("reward_weights_invalid",
                $"reward_weights has {_weights.Count} values for {grpo.RewardFuncs.Count} reward_funcs.");
        }

        Rewards = completions.Select(completion => Sum(completion, grpo.RewardFuncs)).ToArray();
    }

    /// <summary>Ordered by group and by place in the group.</summary>
    public IReadOnlyList<RolloutCompletion> Completions { get; }

    /// <summary>One per completion: the weighted sum of the functions that apply.</summary>
    public IReadOnlyList<double> Rewards { get; }

    /// <summary>Reads all shards; their order does not matter.</summary>
    /// <exception cref="SwiftException">
    /// Bad input: <c>rollout_invalid</c>, <c>rollout_incomplete</c> (a group lacks or repeats a completion), <c>reward_weights_invalid</c>.
    /// </exception>
    public static RolloutBatch Read(IReadOnlyList<string> files, GrpoSpec grpo, int iteration)
    {
        var completions = files.SelectMany(RolloutFile.Read).OrderBy(c => c.Group).ThenBy(c => c.Generation).ToArray();
        if (completions.Length == 0)
            throw SwiftException.BadInput("rollout_incomplete", $"The rollouts of iteration {iteration} hold no completion.");
        for (var i = 0; i < completions.Length; i++)
        {
            var completion = completions[i];
            if (completion.Iteration != iteration)
                throw SwiftException.BadInput("rollout_invalid", $"A completion is of iteration {completion.Iteration}, the update is of iteration {iteration}.");
            if (completion.Generation != i % grpo.NumGenerations || completion.Group != completions[i - completion.Generation].Group)
            {
                throw SwiftException.BadInput("rollout_incomplete",
                    $"Group {completion.Group} of iteration {iteration} does not hold its {grpo.NumGenerations} completions once each.");
            }
        }

        return completions.Length % grpo.NumGenerations == 0
            ? new RolloutBatch(completions, grpo)
            : throw SwiftException.BadInput("rollout_incomplete", $"The last group of iteration {iteration} does not hold {grpo.NumGenerations} completions.");
    }

    private double Sum(RolloutCompletion completion, IReadOnlyList<string> functions)
    {
        var sum = 0.0;
        for (var i = 0; i < functions.Count; i++)
        {
            if (!completion.Rewards.TryGetValue(functions[i], out var reward))
                throw SwiftException.BadInput("rollout_invalid", $"A completion of group {completion.Group} has no reward '{functions[i]}'.");
            sum += _weights[i] * reward ?? 0;
        }

        return sum;
    }
}
