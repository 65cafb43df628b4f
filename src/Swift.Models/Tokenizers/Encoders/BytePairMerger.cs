namespace Swift.Models.Tokenizers.Encoders;

/// <summary>Applies merges to a sequence of ids: always the one of lowest rank, the leftmost of equals.</summary>
internal static class BytePairMerger
{
    /// <summary>Up to here a scan for the minimum beats a heap.</summary>
    private const int LongestScan = 48;

    /// <summary>Merges in place and returns how many ids are left.</summary>
    public static int Merge(Span<int> ids, MergeTable table) =>
        ids.Length <= LongestScan ? MergeByScan(ids, table) : MergeByHeap(ids, table);

    private static int MergeByScan(Span<int> ids, MergeTable table)
    {
        var count = ids.Length;
        Span<int> ranks = stackalloc int[LongestScan];
        Span<int> results = stackalloc int[LongestScan];
        for (var i = 0; i + 1 < count; i++)
        {
            ranks[i] = table.Rank(ids[i], ids[i + 1], out results[i]);
        }
        while (count > 1)
        {
            var best = 0;
            for (var i = 1; i + 1 < count; i++)
            {
                if (ranks[i] < ranks[best]) best = i;
            }
            if (ranks[best] == int.MaxValue) break;

            ids[best] = results[best];
            ids[(best + 2)..count].CopyTo(ids[(best + 1)..]);
            if (best + 2 < count)
            {
                ranks[(best + 2)..(count - 1)].CopyTo(ranks[(best + 1)..]);
                results[(best + 2)..(count - 1)].CopyTo(results[(best + 1)..]);
            }
            count--;
            if (best > 0) ranks[best - 1] = table.Rank(ids[best - 1], ids[best], out results[best - 1]);
            if (best + 1 < count) ranks[best] = table.Rank(ids[best], ids[best + 1], out results[best]);
        }
        return count;
    }

    private static int MergeByHeap(Span<int> ids, MergeTable table)
    {
        var next = new int[ids.Length];
        var previous = new int[ids.Length];
        var heap = new PriorityQueue<(int Position, int Left, int Right, int Result), long>(ids.Length);
        for (var i = 0; i < ids.Length; i++)
        {
            next[i] = i + 1;
            previous[i] = i - 1;
            if (i + 1 < ids.Length) Push(heap, table, i, ids[i], ids[i + 1]);
        }
        while (heap.TryDequeue(out var merge, out _))
        {
            var position = merge.Position;
            var right = next[position];
            // Outdated when one of the two has meanwhile merged with another; a merged-away position holds -1.
            if (ids[position] != merge.Left || right >= ids.Length || ids[right] != merge.Right) continue;
            ids[position] = merge.Result;
            ids[right] = -1;
            next[position] = next[right];
            if (next[right] < ids.Length)
            {
                previous[next[right]] = position;
                Push(heap, table, position, merge.Result, ids[next[right]]);
            }
            if (previous[position] >= 0) Push(heap, table, previous[position], ids[previous[position]], merge.Result);
        }
        var count = 0;
        for (var i = 0; i < ids.Length; i = next[i])
        {
            ids[count++] = ids[i];
        }
        return count;
    }

    private static void Push(PriorityQueue<(int, int, int, int), long> heap, MergeTable table, int position, int left, int right)
    {
        var rank = table.Rank(left, right, out var result);
        if (rank != int.MaxValue) heap.Enqueue((position, left, right, result), ((long)rank << 32) | (uint)position);
    }
}
