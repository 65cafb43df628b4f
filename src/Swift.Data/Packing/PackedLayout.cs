namespace Swift.Data.Packing;

/// <summary>Where the samples of a packed row lie. Padding fills the end.</summary>
/// <param name="SegmentIds">Per position: 0-based sample, -1 for padding. Attention stays inside a segment.</param>
/// <param name="PositionIds">Per position: 0, 1, … restarting with each sample; 0 for padding.</param>
public sealed record PackedLayout(IReadOnlyList<int> SegmentIds, IReadOnlyList<int> PositionIds)
{
    /// <summary>Lays samples of these lengths one after the other into <paramref name="width"/> positions.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They need more.</exception>
    public static PackedLayout Of(IReadOnlyList<int> lengths, int width)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lengths.Sum(), width);
        var segmentIds = new int[width];
        var positionIds = new int[width];
        Array.Fill(segmentIds, -1);
        var start = 0;
        for (var segment = 0; segment < lengths.Count; segment++)
        {
            for (var position = 0; position < lengths[segment]; position++)
            {
                segmentIds[start + position] = segment;
                positionIds[start + position] = position;
            }

            start += lengths[segment];
        }

        return new PackedLayout(segmentIds, positionIds);
    }
}
