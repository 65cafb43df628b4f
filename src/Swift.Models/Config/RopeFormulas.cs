namespace Swift.Models.Config;

/// <summary>Frequencies of the rotary position embedding for every <see cref="RopeType"/>.</summary>
internal static class RopeFormulas
{
    /// <summary>
    /// Angular frequencies, [rotaryDim / 2], and the factor of cosines and sines. They are fixed for the context that the
    /// configuration promises: rotated keys in a cache stay right however long a sequence becomes.
    /// </summary>
    /// <param name="rotaryDim">Rotated elements of a head.</param>
    /// <param name="context">The longest sequence.</param>
    public static (double[] Frequencies, double Scale) Of(RopeConfig rope, int rotaryDim, int context)
    {
        var original = rope.OriginalMaxPositionEmbeddings ?? context;
        var theta = Theta(rope, rotaryDim, context);
        var frequencies = new double[rotaryDim / 2];
        for (var i = 0; i < frequencies.Length; i++)
            frequencies[i] = Math.Pow(theta, -2.0 * i / rotaryDim);
        switch (rope.Type)
        {
            case RopeType.Linear:
                return ([.. frequencies.Select(frequency => frequency / rope.Factor)], 1);
            case RopeType.Llama3:
                return ([.. frequencies.Select(frequency => Llama3(frequency, rope, original))], 1);
            case RopeType.Yarn:
                return (Yarn(frequencies, rope, rotaryDim, original), rope.AttentionFactor ?? YarnScale(rope.Factor, 1));
            case RopeType.Longrope:
                var factors = context > original ? rope.LongFactors : rope.ShortFactors;
                return ([.. frequencies.Select((frequency, i) => frequency / factors[i])], rope.AttentionFactor ?? LongropeScale(context, original));
            default:
                return (frequencies, 1);
        }
    }

    /// <summary>The base of the frequencies: of dynamic scaling that of the whole context.</summary>
    public static double Theta(RopeConfig rope, int rotaryDim, int context)
    {
        if (rope.Type != RopeType.Dynamic || rope.OriginalMaxPositionEmbeddings is not { } original || context <= original)
            return rope.Theta;
        return rope.Theta * Math.Pow(rope.Factor * context / original - (rope.Factor - 1), rotaryDim / (rotaryDim - 2.0));
    }

    /// <summary>0.1 · scale · ln(factor) + 1 (arXiv:2309.00071, equation 22).</summary>
    public static double YarnScale(double factor, double scale) => factor <= 1 ? 1 : 0.1 * scale * Math.Log(factor) + 1;

    /// <summary>√(1 + ln(context / original) / ln(original)) (arXiv:2402.13753).</summary>
    private static double LongropeScale(int context, int original) =>
        context <= original ? 1 : Math.Sqrt(1 + Math.Log((double)context / original) / Math.Log(original));

    /// <summary>Llama 3.1: long wavelengths are stretched by the factor, short ones kept, those between interpolated.</summary>
    private static double Llama3(double frequency, RopeConfig rope, int original)
    {
        var turns = original * frequency / (2 * Math.PI);
        if (turns < rope.LowFreqFactor)
            return frequency / rope.Factor;
        if (turns > rope.HighFreqFactor)
            return frequency;
        var smooth = (turns - rope.LowFreqFactor) / (rope.HighFreqFactor - rope.LowFreqFactor);
        return (1 - smooth) * frequency / rope.Factor + smooth * frequency;
    }

    /// <summary>Frequencies with many turns in the original context are kept, those with few divided, a ramp over their numbers between.</summary>
    private static double[] Yarn(double[] frequencies, RopeConfig rope, int rotaryDim, int original)
    {
        double NumberOf(double turns) => rotaryDim * Math.Log(original / (turns * 2 * Math.PI)) / (2 * Math.Log(rope.Theta));
        var first = Math.Max(Math.Floor(NumberOf(rope.BetaFast)), 0);
        var last = Math.Min(Math.Ceiling(NumberOf(rope.BetaSlow)), rotaryDim - 1);
        var width = Math.Max(last - first, 0.001);
        return [.. frequencies.Select((frequency, i) =>
        {
            var kept = 1 - Math.Clamp((i - first) / width, 0, 1);
            return frequency / rope.Factor * (1 - kept) + frequency * kept;
        })];
    }
}
