namespace Swift.Models.Config;

/// <summary>Rotary position embedding (RoFormer, arXiv:2104.09864) and how it is stretched beyond the context of the pre-training.</summary>
/// <param name="Theta">Base of the frequencies.</param>
public sealed record RopeConfig(double Theta = 10_000)
{
    public RopeType Type { get; init; }

    /// <summary>linear, dynamic, yarn, llama3: how many times longer the context became.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>llama3: wavelengths above original / low are divided by the factor.</summary>
    public double LowFreqFactor { get; init; } = 1;

    /// <summary>llama3: wavelengths below original / high stay as they are.</summary>
    public double HighFreqFactor { get; init; } = 4;

    /// <summary>yarn: more turns than this within the original context stay as they are.</summary>
    public double BetaFast { get; init; } = 32;

    /// <summary>yarn: fewer turns than this within the original context are divided by the factor.</summary>
    public double BetaSlow { get; init; } = 1;

    /// <summary>The context of the pre-training; null where the type does not ask for it.</summary>
    public int? OriginalMaxPositionEmbeddings { get; init; }

    /// <summary>yarn, longrope: multiplies cosines and sines; null = by the type's formula.</summary>
    public double? AttentionFactor { get; init; }

    /// <summary>longrope: divisors of the frequencies, [rotary dimension / 2], while the context is the original one.</summary>
    public IReadOnlyList<double> ShortFactors { get; init; } = [];

    /// <summary>longrope: divisors of the frequencies, [rotary dimension / 2], for any longer context.</summary>
    public IReadOnlyList<double> LongFactors { get; init; } = [];

    /// <summary>Lists by their content.</summary>
    public bool Equals(RopeConfig? other) =>
        other is not null && Theta == other.Theta && Type == other.Type && Factor == other.Factor && LowFreqFactor == other.LowFreqFactor
        && HighFreqFactor == other.HighFreqFactor && BetaFast == other.BetaFast && BetaSlow == other.BetaSlow
        && OriginalMaxPositionEmbeddings == other.OriginalMaxPositionEmbeddings && AttentionFactor == other.AttentionFactor
        && ShortFactors.SequenceEqual(other.ShortFactors) && LongFactors.SequenceEqual(other.LongFactors);

    public override int GetHashCode() => HashCode.Combine(Theta, Type, Factor, OriginalMaxPositionEmbeddings);
}

/// <summary>How the frequencies change for longer contexts.</summary>
public enum RopeType
{
    Default,
    /// <summary>All divided by the factor (position interpolation, arXiv:2306.15595).</summary>
    Linear,
    /// <summary>The base grows with the context ("dynamic NTK").</summary>
    Dynamic,
    /// <summary>Interpolated by the number of turns (arXiv:2309.00071).</summary>
    Yarn,
    /// <summary>Interpolated by wavelength (Llama 3.1).</summary>
    Llama3,
    /// <summary>Divided by factors found by search, one per frequency (arXiv:2402.13753).</summary>
    Longrope,
}
