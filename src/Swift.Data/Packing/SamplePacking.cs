namespace Swift.Data.Packing;

/// <summary>Puts samples of known lengths into rows of a fixed capacity. No sample is split; the result depends on the lengths only.</summary>
public static class SamplePacking
{
    /// <summary>
    /// Best-fit decreasing (<c>packing_strategy: binpack</c>): the longest sample first, each into the fullest row that still has room.
    /// O(n log n). Rows are in the order in which they were opened; samples of equal length keep their order.
    /// </summary>
    /// <returns>For each row the indices of its samples, in the order in which they were put there.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A length is 0, negative or above the capacity.</exception>
    public static IReadOnlyList<IReadOnlyList<int>> BestFitDecreasing(IReadOnlyList<int> lengths, int capacity)
    {
        Check(lengths, capacity);
        var order = Enumerable.Range(0, lengths.Count).OrderByDescending(i => lengths[i]);
        var rows = new List<IReadOnlyList<int>>();
        var open = new SortedSet<(int Room, int Row)>();
        foreach (var sample in order)
        {
            var length = lengths[sample];
            // Counting a view would walk it; an empty one has the default minimum, and no open row has room 0.
            var (room, row) = open.GetViewBetween((length, 0), (capacity, int.MaxValue)).Min;
            if (room > 0)
            {
                open.Remove((room, row));
            }
            else
            {
                (room, row) = (capacity, rows.Count);
                rows.Add(new List<int>());
            }

            ((List<int>)rows[row]).Add(sample);
            if (room > length)
                open.Add((room - length, row));
        }

        return rows;
    }

    /// <summary>Next-fit (<c>packing_strategy: sequential</c>): the order stays; a sample that does not fit opens the next row. O(n).</summary>
    /// <inheritdoc cref="BestFitDecreasing" path="/returns"/>
    /// <inheritdoc cref="BestFitDecreasing" path="/exception"/>
    public static IReadOnlyList<IReadOnlyList<int>> NextFit(IReadOnlyList<int> lengths, int capacity)
    {
        Check(lengths, capacity);
        var rows = new List<IReadOnlyList<int>>();
        List<int>? row = null;
        var room = 0;
        for (var sample = 0; sample < lengths.Count; sample++)
        {
            if (row is null || lengths[sample] > room)
            {
                rows.Add(row = []);
                room = capacity;
            }

            row.Add(sample);
            room -= lengths[sample];
        }

        return rows;
    }

    private static void Check(IReadOnlyList<int> lengths, int capacity)
    {
        foreach (var length in lengths)
        {
            if (length <= 0 || length > capacity)
                throw new ArgumentOutOfRangeException(nameof(lengths), length, $"A sample's length must be 1 to {capacity}.");
        }
    }
}
