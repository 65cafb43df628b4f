using Swift.Data.Randomness;

namespace Swift.Data.Tests.Randomness;

public sealed class RandomStreamTests
{
    [Fact]
    public void The_same_seed_purpose_and_index_give_the_same_numbers()
    {
        var (a, b) = (new RandomStream(1, "x", 2), new RandomStream(1, "x", 2));
        for (var i = 0; i < 100; i++)
            a.NextBits().ShouldBe(b.NextBits());
    }

    [Fact]
    public void Another_seed_purpose_or_index_gives_other_numbers()
    {
        ulong[] firsts = [First(1, "x", 2), First(2, "x", 2), First(1, "y", 2), First(1, "x", 3), First(2, "x", 1)];
        firsts.Distinct().Count().ShouldBe(firsts.Length);

        static ulong First(long seed, string purpose, long index) => new RandomStream(seed, purpose, index).NextBits();
    }

    [Fact]
    public void Numbers_are_spread_evenly()
    {
        var random = new RandomStream(3, "spread");
        var counts = new int[10];
        for (var i = 0; i < 100_000; i++)
            counts[random.Next(10)]++;
        // Five standard deviations around 10,000.
        counts.ShouldAllBe(count => Math.Abs(count - 10_000) < 475);
        Enumerable.Range(0, 10_000).Average(_ => random.NextDouble()).ShouldBe(0.5, 0.02);
    }

    [Fact]
    public void A_permutation_holds_every_number_once() =>
        new RandomStream(4, "permutation").Permutation(1000).Order().ShouldBe(Enumerable.Range(0, 1000));
}
