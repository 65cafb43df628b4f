namespace Swift.Inference.Sampling;

/// <summary>One row of a batch as the sampler sees it.</summary>
/// <param name="Stream">From <see cref="CounterRandom.Stream"/>.</param>
/// <param name="Position">Index of the token in its completion.</param>
/// <param name="Seen">Tokens that the repetition penalty applies to; may be empty where there is none.</param>
public readonly record struct SamplingRow(SamplingParameters Parameters, ulong Stream, int Position, IReadOnlyCollection<int> Seen);

/// <summary>A token and its log-probability under the model (temperature 1, nothing left out).</summary>
public readonly record struct TokenLogProbability(int Token, float LogProbability);

/// <summary>One token per row of the batch.</summary>
/// <param name="Tokens">[batch]</param>
/// <param name="LogProbabilities">
/// [batch], log-softmax of <c>logits / temperature</c> at the token, over the whole vocabulary and without
/// penalties: what a policy trainer computes. With greedy rows the temperature counts as 1.
/// </param>
/// <param name="RawLogProbabilities">[batch], log-softmax of the unchanged logits at the token.</param>
/// <param name="Top">Per row the most probable tokens where they were asked for, else null.</param>
public sealed record SampledTokens(
    int[] Tokens, float[] LogProbabilities, float[] RawLogProbabilities, IReadOnlyList<TokenLogProbability>?[] Top);
