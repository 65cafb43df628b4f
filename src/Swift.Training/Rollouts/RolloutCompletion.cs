namespace Swift.Training.Rollouts;

/// <summary>One sampled completion of one prompt: a line of a rollout file, everything that a policy update needs of it.</summary>
public sealed record RolloutCompletion
{
    /// <summary>0-based iteration of the loop.</summary>
    public required int Iteration { get; init; }

    /// <summary>Version of the weights that sampled it.</summary>
    public required int PolicyVersion { get; init; }

    /// <summary>0-based place of the prompt in the iteration, counted over all shards: completions of one prompt share it.</summary>
    public required int Group { get; init; }

    /// <summary>0-based place of the completion in its group.</summary>
    public required int Generation { get; init; }

    /// <summary>The prompt as the model saw it, template and generation prompt included.</summary>
    public required IReadOnlyList<int> PromptIds { get; init; }

    /// <summary>Sampled tokens, the stop token included when there was one; never empty.</summary>
    public required IReadOnlyList<int> CompletionIds { get; init; }

    /// <summary>
    /// One per completion token, natural logarithm: log-probability under the model at temperature 1, before top-k, top-p, min-p
    /// and penalties, so that it compares with the trainer's. For a sampling temperature τ other than 1, logits are divided by τ first on both sides.
    /// </summary>
    public required IReadOnlyList<float> LogProbs { get; init; }

    /// <summary>The completion as text, without special tokens: what the rewards read.</summary>
    public required string Text { get; init; }

    /// <summary>It hit the length limit before a stop token.</summary>
    public required bool Truncated { get; init; }

    /// <summary>By reward function; null = the function does not apply to this row and is left out of the sum.</summary>
    public required IReadOnlyDictionary<string, double?> Rewards { get; init; }
}
