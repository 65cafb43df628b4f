namespace Swift.Contracts.Experiments;

/// <summary>What a library reports while it works; a worker makes a message of it, a terminal a progress bar.</summary>
/// <param name="Rate">Units per second, see <paramref name="RateUnit"/> (<c>tokens/s</c>).</param>
/// <param name="Latest">Latest values by name: <c>loss</c>, <c>learning_rate</c>.</param>
public sealed record WorkProgress(
    int Done, int Total, double Rate, string RateUnit, IReadOnlyDictionary<string, double> Latest);
