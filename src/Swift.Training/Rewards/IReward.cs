using System.Text.Json;

namespace Swift.Training.Rewards;

/// <summary>A completion to be scored, and what the data set says about its prompt.</summary>
/// <param name="Text">The completion without special tokens.</param>
/// <param name="CompletionIds">Its tokens.</param>
/// <param name="Solution">What an answer is compared with; null when the row has nothing of the kind.</param>
/// <param name="Columns">The row's free columns.</param>
public sealed record ScoredCompletion(
    string Text, IReadOnlyList<int> CompletionIds, string? Solution, IReadOnlyDictionary<string, JsonElement> Columns);

/// <summary>A reward function: how good a completion is. Must be deterministic and safe to call from several threads.</summary>
public interface IReward
{
    /// <summary>Its name in <c>reward_funcs</c> and in metrics.</summary>
    string Name { get; }

    /// <returns>The reward; null = this function does not apply to the row and is left out of its sum.</returns>
    double? Score(ScoredCompletion completion);
}
