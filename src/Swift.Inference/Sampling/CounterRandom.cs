namespace Swift.Inference.Sampling;

/// <summary>
/// Random numbers that are a function of (seed, key, position), so that a sequence's draws depend neither on
/// its neighbours in the batch nor on what was drawn before. SplitMix64 (Steele, Lea, Flood: "Fast splittable
/// pseudorandom number generators", OOPSLA 2014), each stream started at a hash of seed and key.
/// </summary>
public static class CounterRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private const ulong TwiceGolden = unchecked(2 * Golden);

    /// <summary>The stream of one request.</summary>
    /// <param name="key">Tells apart the requests of one seed.</param>
    public static ulong Stream(long seed, ulong key) => Mix(Mix(unchecked((ulong)seed) + Golden) ^ Mix(key + TwiceGolden));

    /// <summary>A multiple of 2^-53 in [0, 1).</summary>
    /// <param name="position">Index of the draw in its stream.</param>
    public static double Uniform(ulong stream, int position) =>
        (Mix(stream + (Golden * ((ulong)position + 1))) >> 11) * (1.0 / (1UL << 53));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
