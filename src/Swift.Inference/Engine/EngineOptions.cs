namespace Swift.Inference.Engine;

/// <summary>Limits of a <see cref="GenerationEngine"/>.</summary>
public sealed record EngineOptions
{
    /// <summary>Sequences decoded together; more requests wait.</summary>
    public int MaxBatchSize { get; init; } = 64;

    /// <summary>Longest sequence, prompt and completion together, in positions. Null = what the model was made for.</summary>
    public int? MaxSequenceLength { get; init; }

    /// <summary>Prompt positions, padding included, of one forward pass. A single longer prompt is still taken, alone.</summary>
    public int MaxBatchedTokens { get; init; } = 8192;

    /// <summary>Written on every completion: the version of the weights that made it.</summary>
    public int PolicyVersion { get; init; }
}
