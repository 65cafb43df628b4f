using Swift.Api.Audit.Heads;
using Swift.Api.Audit.Log;
using Swift.Contracts.Rest;

namespace Swift.Api.Audit.Verification;

/// <summary>
/// Whether sealed events came about in the order that they claim. The tree proves when an event got into the log, not when
/// it was put into the store: whoever can write there can add one to the past, and it is sealed like one that was late.
/// </summary>
internal sealed class EventOrder(Findings findings)
{
    /// <summary>More than any transaction takes, and than clocks of nodes differ. docs/audit.md names it.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromHours(1);

    private readonly Dictionary<Guid, EventPlace> _newest = [];
    private readonly List<(long Index, EventPlace Place, DateTime Time)> _overtaken = [];
    private DateTime _latest = DateTime.MinValue;

    /// <summary>Leaf by leaf, those that are what was sealed.</summary>
    internal void Add(long index, EventLeaf leaf)
    {
        var place = leaf.Place;
        if (_newest.TryGetValue(place.Stream, out var before) && (place.Version <= before.Version || place.Sequence <= before.Sequence))
        {
            findings.Add(
                "stream_out_of_order", $"{place}, leaf {index}, was sealed after {before}: an append can only follow one that is there, so one of the two was put in afterwards.",
                place, index);
        }
        _newest[place.Stream] = place;
        if (leaf.Time < _latest && _latest - leaf.Time > Tolerance) _overtaken.Add((index, place, leaf.Time));
        if (leaf.Time > _latest) _latest = leaf.Time;
    }

    /// <summary>
    /// An event is backdated if both an event that was sealed before it and a head that was signed before it was sealed are
    /// much later than it claims to be. One of the two alone is legal: events that wait for a node to seal them are older than
    /// its heads, and one event whose clock was ahead makes all that follow look old.
    /// </summary>
    internal void CompareWith(IReadOnlyList<TreeHead> heads)
    {
        if (_overtaken.Count == 0) return;
        var bySize = heads.OrderBy(head => head.TreeSize).ToList();
        var (next, newest) = (0, default(TreeHead));
        foreach (var (index, place, time) in _overtaken)
        {
            for (; next < bySize.Count && bySize[next].TreeSize <= index; next++)
            {
                if (newest is null || HeadFormat.Time(bySize[next].Timestamp) > HeadFormat.Time(newest.Timestamp)) newest = bySize[next];
            }
            if (newest is not null && HeadFormat.Time(newest.Timestamp) - time > Tolerance)
            {
                findings.Add(
                    "event_backdated", $"{place}, leaf {index}, claims {HeadFormat.Timestamp(time)}, but the log of {newest.TreeSize} events that was signed at {newest.Timestamp} did not have it.",
                    place, index);
            }
        }
    }
}
