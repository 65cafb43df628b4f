namespace Swift.Inference.Engine;

/// <summary>What an engine has done since it began.</summary>
public sealed record EngineStatistics
{
    public long Steps { get; init; }

    /// <summary>Tokens of the prompts that were taken up, equal prompts counted each time.</summary>
    public long PromptTokens { get; init; }

    /// <summary>Tokens sampled.</summary>
    public long CompletionTokens { get; init; }

    /// <summary>Time with something to do.</summary>
    public TimeSpan Busy { get; init; }

    /// <summary>Sampled tokens per second of work.</summary>
    public double TokensPerSecond => Busy > TimeSpan.Zero ? CompletionTokens / Busy.TotalSeconds : 0;
}
