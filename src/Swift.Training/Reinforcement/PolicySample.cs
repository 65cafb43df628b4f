using Swift.Training.Rollouts;

namespace Swift.Training.Reinforcement;

/// <summary>A completion with what the update needs beside it.</summary>
/// <param name="OldLogProbs">Per token, under the policy at the start of the iteration; null = those of the forward pass itself, so that every ratio is 1.</param>
/// <param name="ReferenceLogProbs">Per token, under the reference; null when beta is 0.</param>
internal sealed record PolicySample(RolloutCompletion Completion, double Advantage, float[]? OldLogProbs, float[]? ReferenceLogProbs)
{
    public int Length => Completion.CompletionIds.Count;
}
