using System.Numerics;

namespace Swift.Data.Packing;

/// <summary>
/// Open rows by the room they have left. Rooms are small whole numbers, so rows of one room wait in a queue and a tree of bit sets, 64 rooms or words
/// wide at every level, tells the next room that has rows: both are a few instructions, where a balanced tree walks and allocates.
/// </summary>
internal sealed class RoomIndex
{
    private const int None = -1;

    private readonly int[] _first;
    private readonly int[] _last;
    private readonly List<int> _next = [];
    private readonly ulong[][] _levels;

    /// <param name="largest">Rooms are 1 to this.</param>
    public RoomIndex(int largest)
    {
        _first = new int[largest + 1];
        _last = new int[largest + 1];
        Array.Fill(_first, None);
        var levels = new List<ulong[]>();
        for (var size = largest + 1; levels.Count == 0 || size > 1;)
        {
            size = (size + 63) / 64;
            levels.Add(new ulong[size]);
        }

        _levels = [.. levels];
    }

    /// <summary>Adds a row behind the others of its room.</summary>
    public void Add(int row, int room)
    {
        while (_next.Count <= row)
            _next.Add(None);
        _next[row] = None;
        if (_first[room] == None)
        {
            _first[room] = row;
            Mark(room);
        }
        else
        {
            _next[_last[room]] = row;
        }

        _last[room] = row;
    }

    /// <summary>Takes the row that has waited longest among those with the least room that is enough; null when none has.</summary>
    public (int Row, int Room)? TakeTightest(int needed)
    {
        var room = AtLeast(needed);
        if (room == None)
            return null;
        var row = _first[room];
        _first[room] = _next[row];
        if (_first[room] == None)
            Unmark(room);
        return (row, room);
    }

    private int AtLeast(int room)
    {
        var at = room;
        for (var level = 0; level < _levels.Length; level++)
        {
            var words = _levels[level];
            if (at >> 6 < words.Length && words[at >> 6] >> (at & 63) is var rest and not 0)
            {
                at += BitOperations.TrailingZeroCount(rest);
                while (level-- > 0)
                    at = (at << 6) + BitOperations.TrailingZeroCount(_levels[level][at]);
                return at;
            }

            at = (at >> 6) + 1;
        }

        return None;
    }

    private void Mark(int room)
    {
        foreach (var words in _levels)
        {
            words[room >> 6] |= 1UL << (room & 63);
            room >>= 6;
        }
    }

    private void Unmark(int room)
    {
        foreach (var words in _levels)
        {
            words[room >> 6] &= ~(1UL << (room & 63));
            if (words[room >> 6] != 0)
                return;
            room >>= 6;
        }
    }
}
