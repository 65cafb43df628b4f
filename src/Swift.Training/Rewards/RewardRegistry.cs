using Swift.Contracts.Experiments;

namespace Swift.Training.Rewards;

/// <summary>Reward functions by name. The place where others add their own.</summary>
public sealed class RewardRegistry
{
    private readonly SortedDictionary<string, IReward> _rewards = new(StringComparer.Ordinal);

    /// <summary>Starts with Swift's own: <c>accuracy</c>, <c>format</c>.</summary>
    public RewardRegistry()
    {
        Add(new AccuracyReward());
        Add(new FormatReward());
    }

    /// <summary>Names that <see cref="Resolve"/> knows, sorted.</summary>
    public IReadOnlyCollection<string> Names => _rewards.Keys;

    /// <exception cref="ArgumentException">There is a reward of that name.</exception>
    public void Add(IReward reward) => _rewards.Add(reward.Name, reward);

    /// <summary>The functions named, in the order named.</summary>
    /// <exception cref="SwiftException">Bad input <c>reward_unknown</c>.</exception>
    public IReadOnlyList<IReward> Resolve(IReadOnlyList<string> names) => names.Select(name =>
        _rewards.TryGetValue(name, out var reward)
            ? reward
            : throw SwiftException.BadInput("reward_unknown", $"reward_funcs: there is no reward '{name}'. Known: {string.Join(", ", Names)}.")).ToArray();
}
