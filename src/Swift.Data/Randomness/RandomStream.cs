using System.Numerics;
using System.Text;

namespace Swift.Data.Randomness;

/// <summary>
/// Random numbers that are a function of (seed, purpose, index) and of nothing else: the same on every machine, in every process, from any point of a run.
/// The generator is xoshiro256** (Blackman, Vigna 2018), its state drawn by SplitMix64.
/// </summary>
public sealed class RandomStream
{
    private ulong _s0, _s1, _s2, _s3;

    /// <param name="purpose">Keeps streams apart that share a seed: <c>shuffle</c>, <c>sample</c>.</param>
    /// <param name="index">Epoch, iteration, row: whatever counts inside the purpose.</param>
    public RandomStream(long seed, string purpose, long index = 0)
    {
        var state = StableHash.Fnv1A(Encoding.UTF8.GetBytes(purpose));
        state = SplitMix(ref state) ^ (ulong)seed;
        state = SplitMix(ref state) ^ (ulong)index;
        _s0 = SplitMix(ref state);
        _s1 = SplitMix(ref state);
        _s2 = SplitMix(ref state);
        _s3 = SplitMix(ref state);
    }

    /// <summary>64 uniform bits.</summary>
    public ulong NextBits()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>Uniform in [0, <paramref name="exclusiveMaximum"/>), without modulo bias (Lemire 2019).</summary>
    public int Next(int exclusiveMaximum)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveMaximum);
        var range = (uint)exclusiveMaximum;
        var threshold = (0u - range) % range;
        while (true)
        {
            var product = (NextBits() >> 32) * range;
            if ((uint)product >= threshold)
                return (int)(product >> 32);
        }
    }

    /// <summary>Uniform in [<paramref name="minimum"/>, <paramref name="maximum"/>], both ends included.</summary>
    public int Between(int minimum, int maximum) => minimum + Next(maximum - minimum + 1);

    /// <summary>Uniform in [0, 1) with 53 bits.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1ul << 53));

    /// <summary>One of the items.</summary>
    public T Choose<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    /// <summary>An index, each with its probability; together they are 1.</summary>
    public int ChooseBy(IReadOnlyList<double> probabilities)
    {
        var rest = NextDouble();
        for (var i = 0; i < probabilities.Count - 1; i++)
        {
            rest -= probabilities[i];
            if (rest < 0)
                return i;
        }

        return probabilities.Count - 1;
    }

    /// <summary>The numbers 0 … <paramref name="count"/>-1 in random order (Fisher-Yates).</summary>
    public int[] Permutation(int count)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++)
            order[i] = i;
        for (var i = count - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    private static ulong SplitMix(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
