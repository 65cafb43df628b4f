namespace Swift.Data.Packing;

/// <summary>Where the samples of a packed row lie. Padding fills the end.</summary>
/// <param name="SegmentIds">Per position: 0-based sample, -1 for padding. Attention stays inside a segment.</param>
/// <param name="PositionIds">Per position: 0, 1, … restarting with each sample; 0 for padding.</param>
/// <param name="CumulativeLengths">
/// Where the samples start, and where the last one ends: <c>cu_seqlens</c> of attention kernels for rows of several lengths. Padding is in none of them.
/// </param>
public sealed record PackedLayout(IReadOnlyList<int> SegmentIds, IReadOnlyList<int> PositionIds, IReadOnlyList<int> CumulativeLengths)
{
    /// <summary>Lays samples of these lengths one after the other into <paramref name="width"/> positions.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They need more.</exception>
    public static PackedLayout Of(IReadOnlyList<int> lengths, int width)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lengths.Sum(), width);
        var segmentIds = new int[width];
        var positionIds = new int[width];
        var cumulative = new int[lengths.Count + 1];
        Array.Fill(segmentIds, -1);
        for (var segment = 0; segment < lengths.Count; segment++)
        {
            var start = cumulative[segment];
            for (var position = 0; position < lengths[segment]; position++)
            {
                segmentIds[start + position] = segment;
                positionIds[start + position] = position;
            }

            cumulative[segment + 1] = start + lengths[segment];
        }

        return new PackedLayout(segmentIds, positionIds, cumulative);
    }
}
