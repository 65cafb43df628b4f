namespace Swift.Models.Config;

/// <summary>Rotary position embedding (RoFormer, arXiv:2104.09864).</summary>
/// <param name="Theta">Base of the frequencies.</param>
public sealed record RopeConfig(double Theta = 10_000)
{
    /// <summary><c>default</c>, <c>linear</c> or <c>llama3</c>.</summary>
    public string Type { get; init; } = "default";
    /// <summary>linear, llama3: how many times longer the context became.</summary>
    public double Factor { get; init; } = 1;
    /// <summary>llama3: wavelengths above original / low are divided by the factor.</summary>
    public double LowFreqFactor { get; init; } = 1;
    /// <summary>llama3: wavelengths below original / high stay as they are.</summary>
    public double HighFreqFactor { get; init; } = 4;
    /// <summary>llama3: the context of the pre-training.</summary>
    public int OriginalMaxPositionEmbeddings { get; init; } = 8192;
}
