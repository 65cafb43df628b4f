using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;

namespace Swift.Data.Tests.Datasets;

public sealed class RowOrderTests
{
    private static readonly DataSpec Plain = new() { Dataset = [] };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rows_that_are_held_out_are_never_learned_however_often_rows_repeat(bool shuffle)
    {
        var data = Plain with { SplitDatasetRatio = 0.2, DatasetShuffle = shuffle };
        var held = RowOrder.HeldOut([10, 25], data, 3);
        held.GroupBy(place => place.Dataset).Select(rows => rows.Count()).ShouldBe([2, 5]);
        var learned = RowOrder.Of([10, 25], [40, null], data, 3);
        learned.Count.ShouldBe(60);
        learned.Intersect(held).ShouldBeEmpty();
        learned.Distinct().Count().ShouldBe(28);
        RowOrder.HeldOut([10, 25], data, 3).ShouldBe(held);
        if (!shuffle)
            held.ShouldBe([new(0, 8), new(0, 9), new(1, 20), new(1, 21), new(1, 22), new(1, 23), new(1, 24)]);
        RowOrder.HeldOut([1], data with { SplitDatasetRatio = 0.9 }, 3).ShouldBeEmpty();
    }

    [Fact]
    public void Mixing_follows_the_probabilities_and_stops_with_the_first_data_set_that_ends()
    {
        var mixed = RowOrder.Of([1000, 1000], [null, null], Plain with { InterleaveProb = [0.75, 0.25] }, 1);
        mixed.Count(place => place.Dataset == 0).ShouldBe(1000);
        mixed.Count(place => place.Dataset == 1).ShouldBeInRange(270, 400);
        mixed.Distinct().Count().ShouldBe(mixed.Count);
        mixed[^1].Dataset.ShouldBe(0);
        RowOrder.Of([1000, 1000], [null, null], Plain with { InterleaveProb = [0.75, 0.25] }, 2).ShouldNotBe(mixed);
    }

    [Fact]
    public void Mixing_until_all_have_ended_begins_shorter_data_sets_again()
    {
        var mixed = RowOrder.Of([100, 7], [null, null], Plain with { InterleaveProb = [0.5, 0.5], StoppingStrategy = "all_exhausted" }, 1);
        mixed.Where(place => place.Dataset == 0).Distinct().Count().ShouldBe(100);
        var repeated = mixed.Where(place => place.Dataset == 1).ToArray();
        repeated.Length.ShouldBeInRange(60, 150);
        repeated.Chunk(7).SkipLast(1).ShouldAllBe(pass => pass.Distinct().Count() == 7);
        repeated[..7].ShouldNotBe(repeated[7..14]);
    }

    [Fact]
    public void Mixing_without_shuffling_keeps_the_order_of_each_data_set() =>
        RowOrder.Of([5, 50], [null, null], Plain with { InterleaveProb = [0.5, 0.5], DatasetShuffle = false }, 1)
            .Where(place => place.Dataset == 0).Select(place => place.Row).ShouldBe([0, 1, 2, 3, 4]);
}
