namespace Swift.Evaluation;

/// <summary>How sure a share is that was measured on a sample.</summary>
public static class ConfidenceInterval
{
    /// <summary>97.5 % of a normal distribution lie below this many standard deviations.</summary>
    private const double Z = 1.959963984540054;

    /// <summary>Wilson's score interval at 95 % (Wilson, JASA 22, 1927); sensible near 0 and 1, where the usual one is not.</summary>
    /// <param name="share">In [0, 1].</param>
    /// <param name="count">Size of the sample, at least 1.</param>
    public static (double Low, double High) Wilson(double share, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var z2 = Z * Z / count;
        var centre = share + (z2 / 2);
        var spread = Z * Math.Sqrt(((share * (1 - share)) + (z2 / 4)) / count);
        return (Math.Clamp((centre - spread) / (1 + z2), 0, share), Math.Clamp((centre + spread) / (1 + z2), share, 1));
    }
}
