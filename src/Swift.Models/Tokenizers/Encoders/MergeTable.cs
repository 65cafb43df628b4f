using System.Numerics;

namespace Swift.Models.Tokenizers.Encoders;

/// <summary>Rank and result of every merge, by the pair of ids. Open addressing: this look-up is the encoder's inner loop.</summary>
internal sealed class MergeTable
{
    private readonly ulong[] keys;
    private readonly int[] ranks;
    private readonly int[] results;
    private readonly int shift;

    public MergeTable(IReadOnlyCollection<(int Left, int Right, int Result)> merges)
    {
        var capacity = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, merges.Count * 2));
        shift = 64 - BitOperations.Log2((uint)capacity);
        keys = new ulong[capacity];
        ranks = new int[capacity];
        results = new int[capacity];
        var rank = 0;
        foreach (var (left, right, result) in merges)
        {
            var slot = FindSlot(Key(left, right));
            // Of a pair that is listed twice the later rank holds, as when Hugging Face fills its map.
            keys[slot] = Key(left, right);
            ranks[slot] = rank++;
            results[slot] = result;
        }
    }

    /// <summary>Rank of the merge, lower first; <see cref="int.MaxValue"/> where the pair does not merge.</summary>
    public int Rank(int left, int right, out int result)
    {
        var slot = FindSlot(Key(left, right));
        result = results[slot];
        return keys[slot] == 0 ? int.MaxValue : ranks[slot];
    }

    // Zero marks a free slot, so ids count from one.
    private static ulong Key(int left, int right) => ((ulong)(uint)(left + 1) << 32) | (uint)(right + 1);

    private int FindSlot(ulong key)
    {
        var slot = (int)((key * 0x9E3779B97F4A7C15UL) >> shift);
        while (keys[slot] != 0 && keys[slot] != key) slot = (slot + 1) & (keys.Length - 1);
        return slot;
    }
}
