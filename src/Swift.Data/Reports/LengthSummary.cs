namespace Swift.Data.Reports;

/// <summary>How long samples are, in positions.</summary>
/// <param name="Median">Half of the samples are not longer.</param>
/// <param name="P90">Nine tenths are not longer.</param>
/// <param name="P99">99 hundredths are not longer.</param>
/// <param name="Histogram">Buckets that double in width; none is empty at either end.</param>
public sealed record LengthSummary(
    int Samples, long Tokens, int Shortest, int Longest, double Mean, int Median, int P90, int P99, IReadOnlyList<LengthBucket> Histogram)
{
    private const int FirstBucket = 16;

    /// <summary>Summarises; all 0 of nothing.</summary>
    public static LengthSummary Of(IReadOnlyCollection<int> lengths)
    {
        if (lengths.Count == 0)
            return new LengthSummary(0, 0, 0, 0, 0, 0, 0, 0, []);
        int[] sorted = [.. lengths];
        Array.Sort(sorted);
        var tokens = sorted.Sum(length => (long)length);
        return new LengthSummary(
            sorted.Length, tokens, sorted[0], sorted[^1], (double)tokens / sorted.Length,
            Quantile(sorted, 0.5), Quantile(sorted, 0.9), Quantile(sorted, 0.99), Buckets(sorted));
    }

    /// <summary>The smallest length that at least this share of the samples does not exceed.</summary>
    private static int Quantile(int[] sorted, double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];

    private static List<LengthBucket> Buckets(int[] sorted)
    {
        var buckets = new List<LengthBucket>();
        var at = 0;
        for (long from = 1, to = FirstBucket; at < sorted.Length; from = to + 1, to *= 2)
        {
            var start = at;
            while (at < sorted.Length && sorted[at] <= to)
                at++;
            if (buckets.Count > 0 || at > start)
                buckets.Add(new LengthBucket((int)from, (int)Math.Min(to, int.MaxValue), at - start));
        }

        return buckets;
    }
}

/// <summary>Samples of <paramref name="From"/> to <paramref name="To"/> positions, both included.</summary>
public sealed record LengthBucket(int From, int To, int Count);
