using Swift.Data.Packing;
using Swift.Data.Randomness;

namespace Swift.Data.Tests.Packing;

public sealed class SamplePackingTests
{
    private static int[] Lengths(long seed, int count, int longest)
    {
        var random = new RandomStream(seed, "lengths");
        return Enumerable.Range(0, count).Select(_ => random.Between(1, longest)).ToArray();
    }

    /// <summary>The definition, in O(n²): longest first, into the fullest row that has room, of equally full ones the one that changed first.</summary>
    private static List<List<int>> BestFitDecreasingByDefinition(int[] lengths, int capacity)
    {
        var rows = new List<List<int>>();
        var changed = new List<List<int>>();
        foreach (var sample in Enumerable.Range(0, lengths.Length).OrderBy(i => -lengths[i]))
        {
            List<int>? best = null;
            foreach (var row in changed.Where(r => r.Sum(i => lengths[i]) + lengths[sample] <= capacity))
            {
                if (best is null || row.Sum(i => lengths[i]) > best.Sum(i => lengths[i]))
                    best = row;
            }

            if (best is null)
                rows.Add(best = []);
            best.Add(sample);
            changed.Remove(best);
            changed.Add(best);
        }

        return rows;
    }

    /// <summary>The fewest rows there can be, by trying every place for every sample.</summary>
    private static int FewestRows(int[] lengths, int capacity)
    {
        var best = lengths.Length;
        Try(0, new int[lengths.Length], 0);
        return best;

        void Try(int sample, int[] fill, int rows)
        {
            if (rows >= best)
                return;
            if (sample == lengths.Length)
            {
                best = rows;
                return;
            }

            for (var row = 0; row <= rows; row++)
            {
                if (fill[row] + lengths[sample] > capacity)
                    continue;
                fill[row] += lengths[sample];
                Try(sample + 1, fill, Math.Max(rows, row + 1));
                fill[row] -= lengths[sample];
            }
        }
    }

    [Fact]
    public void Best_fit_decreasing_stays_within_its_bound_of_the_fewest_rows()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var lengths = Lengths(100 + seed, 9, 12);
            var fewest = FewestRows(lengths, 16);
            // 3/2 of the fewest at most (Simchi-Levi 1994).
            SamplePacking.BestFitDecreasing(lengths, 16).Count.ShouldBeInRange(fewest, 3 * fewest / 2);
        }
    }

    [Theory]
    [InlineData(1, 40, 10, 10)]
    [InlineData(2, 100, 30, 64)]
    [InlineData(3, 100, 7, 128)]
    [InlineData(6, 300, 5000, 5000)]
    [InlineData(7, 300, 9000, 300_000)]
    public void Best_fit_decreasing_equals_its_definition(long seed, int count, int longest, int capacity)
    {
        var lengths = Lengths(seed, count, longest);
        SamplePacking.BestFitDecreasing(lengths, capacity).Select(row => string.Join(",", row))
            .ShouldBe(BestFitDecreasingByDefinition(lengths, capacity).Select(row => string.Join(",", row)));
    }

    [Fact]
    public void Every_sample_is_in_one_row_and_no_row_overflows()
    {
        var lengths = Lengths(4, 2000, 100);
        foreach (var rows in new[] { SamplePacking.BestFitDecreasing(lengths, 128), SamplePacking.NextFit(lengths, 128) })
        {
            rows.SelectMany(row => row).Order().ShouldBe(Enumerable.Range(0, lengths.Length));
            rows.ShouldAllBe(row => row.Sum(i => lengths[i]) <= 128);
        }
    }

    [Fact]
    public void Best_fit_decreasing_fills_rows_nearly_full()
    {
        var lengths = Lengths(5, 2000, 60);
        var rows = SamplePacking.BestFitDecreasing(lengths, 128);
        rows.Count.ShouldBeLessThanOrEqualTo((int)Math.Ceiling(lengths.Sum() / 128.0 * 1.02));
    }

    [Fact]
    public void Next_fit_keeps_the_order() =>
        SamplePacking.NextFit([3, 4, 5, 1, 7], 8).Select(row => string.Join(",", row)).ShouldBe(["0,1", "2,3", "4"]);

    [Fact]
    public void A_sample_that_fits_no_row_is_an_error()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => SamplePacking.BestFitDecreasing([9], 8));
        Should.Throw<ArgumentOutOfRangeException>(() => SamplePacking.NextFit([0], 8));
    }

    [Fact]
    public void Positions_restart_with_each_sample_and_padding_has_no_segment()
    {
        var layout = PackedLayout.Of([3, 2], 7);
        layout.SegmentIds.ShouldBe([0, 0, 0, 1, 1, -1, -1]);
        layout.PositionIds.ShouldBe([0, 1, 2, 0, 1, 0, 0]);
        layout.CumulativeLengths.ShouldBe([0, 3, 5]);
    }
}
