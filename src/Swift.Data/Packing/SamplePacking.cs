namespace Swift.Data.Packing;

/// <summary>Puts samples of known lengths into rows of a fixed capacity. No sample is split; the result depends on the lengths only.</summary>
public static class SamplePacking
{
    /// <summary>
    /// Best-fit decreasing (<c>packing_strategy: binpack</c>; Johnson 1973): the longest sample first, each into the fullest row that still has room, of
    /// equally full ones the one that has been so longest. O(n + capacity). Rows are in the order in which they were opened; samples of equal length keep
    /// their order.
    /// </summary>
    /// <returns>For each row the indices of its samples, in the order in which they were put there.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A length is 0, negative or above the capacity.</exception>
    public static IReadOnlyList<IReadOnlyList<int>> BestFitDecreasing(IReadOnlyList<int> lengths, int capacity)
    {
        Check(lengths, capacity);
        var order = LongestFirst(lengths, capacity);
        var rowOf = new int[order.Length];
        var open = new RoomIndex(capacity);
        var rows = 0;
        for (var i = 0; i < order.Length; i++)
        {
            var length = lengths[order[i]];
            var (row, room) = open.TakeTightest(length) ?? (rows++, capacity);
            rowOf[i] = row;
            if (room > length)
                open.Add(row, room - length);
        }

        return Rows(order, rowOf, rows);
    }

    /// <summary>Next-fit (<c>packing_strategy: sequential</c>): the order stays; a sample that does not fit opens the next row. O(n).</summary>
    /// <inheritdoc cref="BestFitDecreasing" path="/returns"/>
    /// <inheritdoc cref="BestFitDecreasing" path="/exception"/>
    public static IReadOnlyList<IReadOnlyList<int>> NextFit(IReadOnlyList<int> lengths, int capacity)
    {
        Check(lengths, capacity);
        int[] order = [.. Enumerable.Range(0, lengths.Count)];
        var rowOf = new int[order.Length];
        var (row, room) = (-1, 0);
        for (var sample = 0; sample < order.Length; sample++)
        {
            if (lengths[sample] > room)
                (row, room) = (row + 1, capacity);
            rowOf[sample] = row;
            room -= lengths[sample];
        }

        return Rows(order, rowOf, row + 1);
    }

    /// <summary>Counting sort: lengths are whole numbers up to the capacity.</summary>
    private static int[] LongestFirst(IReadOnlyList<int> lengths, int capacity)
    {
        var place = new int[capacity + 1];
        foreach (var length in lengths)
            place[capacity - length]++;
        StartsOf(place);
        var order = new int[lengths.Count];
        for (var sample = 0; sample < order.Length; sample++)
            order[place[capacity - lengths[sample]]++] = sample;
        return order;
    }

    /// <summary>All rows are views of one array, sorted by row and stable.</summary>
    private static IReadOnlyList<IReadOnlyList<int>> Rows(int[] order, int[] rowOf, int count)
    {
        var ends = new int[count];
        foreach (var row in rowOf)
            ends[row]++;
        StartsOf(ends);
        var samples = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
            samples[ends[rowOf[i]]++] = order[i];
        var rows = new IReadOnlyList<int>[count];
        for (var row = 0; row < count; row++)
        {
            var start = row == 0 ? 0 : ends[row - 1];
            rows[row] = new ArraySegment<int>(samples, start, ends[row] - start);
        }

        return rows;
    }

    /// <summary>Makes of the sizes of groups the places where they start.</summary>
    private static void StartsOf(int[] sizes)
    {
        var start = 0;
        for (var i = 0; i < sizes.Length; i++)
            (sizes[i], start) = (start, start + sizes[i]);
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
