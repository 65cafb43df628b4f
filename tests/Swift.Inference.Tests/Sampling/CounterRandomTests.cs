using Swift.Inference.Sampling;

namespace Swift.Inference.Tests.Sampling;

public sealed class CounterRandomTests
{
    [Fact]
    public void The_stream_is_SplitMix64()
    {
        // First outputs of SplitMix64 seeded with 1234567, as published with the algorithm.
        ulong[] expected = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821];
        for (var i = 0; i < expected.Length; i++)
            CounterRandom.Uniform(1234567, i).ShouldBe((expected[i] >> 11) * Math.Pow(2, -53));
    }

    [Fact]
    public void Numbers_fill_the_unit_interval_evenly_in_every_direction()
    {
        Check(i => CounterRandom.Uniform(CounterRandom.Stream(7, 3), i));
        Check(i => CounterRandom.Uniform(CounterRandom.Stream(7, (ulong)i), 0));
        Check(i => CounterRandom.Uniform(CounterRandom.Stream(i, 0), 0));

        static void Check(Func<int, double> number)
        {
            const int Count = 20_000, Bins = 50;
            var bins = new int[Bins];
            for (var i = 0; i < Count; i++)
                bins[(int)(number(i) * Bins)]++;
            var chiSquare = bins.Sum(b => Math.Pow(b - (Count / (double)Bins), 2) / (Count / (double)Bins));
            chiSquare.ShouldBeLessThan(94.6); // 49 degrees of freedom, p = 0.0001
        }
    }
}
