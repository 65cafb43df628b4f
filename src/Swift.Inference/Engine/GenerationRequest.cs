using Swift.Inference.Sampling;

namespace Swift.Inference.Engine;

/// <summary>A prompt to complete.</summary>
public sealed record GenerationRequest
{
    /// <summary>At least one token.</summary>
    public required IReadOnlyList<int> PromptTokens { get; init; }

    public required SamplingParameters Sampling { get; init; }

    /// <summary>With the seed it names the random stream: give each of several completions of one prompt its own.</summary>
    public ulong Key { get; init; }
}

/// <summary>Why a completion ended.</summary>
public enum FinishReason
{
    /// <summary>A stop token or a stop text.</summary>
    Stop,
    /// <summary>max_new_tokens, or the longest sequence of the engine.</summary>
    Length,
}

/// <summary>A finished completion.</summary>
/// <param name="Tokens">With the stop token, if one ended it.</param>
/// <param name="Text">Without special tokens and without the stop text.</param>
/// <param name="LogProbabilities">One per token, see <see cref="SampledTokens.LogProbabilities"/>.</param>
/// <param name="RawLogProbabilities">One per token, at temperature 1.</param>
/// <param name="Top">One list per token where they were asked for, else empty.</param>
public sealed record Completion(
    IReadOnlyList<int> Tokens, string Text, IReadOnlyList<float> LogProbabilities, IReadOnlyList<float> RawLogProbabilities,
    IReadOnlyList<IReadOnlyList<TokenLogProbability>> Top, FinishReason FinishReason, int PolicyVersion);

/// <summary>One more token of a running completion.</summary>
/// <param name="Index">Place of the request among those streamed together.</param>
/// <param name="Text">Text settled by it; empty while a character or a possible stop text is incomplete.</param>
/// <param name="RawLogProbability">At temperature 1.</param>
/// <param name="Top">The most probable tokens where they were asked for, else empty.</param>
/// <param name="Finished">The whole completion; only with the last token.</param>
public sealed record GenerationDelta(
    int Index, string Text, int Token, float RawLogProbability, IReadOnlyList<TokenLogProbability> Top, Completion? Finished);

/// <summary>How far the completions of a list of requests are.</summary>
/// <param name="Tokens">Sampled for the finished ones.</param>
public sealed record GenerationProgress(int Finished, int Total, long Tokens);
