using System.Numerics;

namespace Swift.Api.Audit.Merkle;

/// <summary>Which hashes prove something about a tree (RFC 9162, sections 2.1.3 and 2.1.4), and what they prove.</summary>
public static class MerkleProof
{
    /// <summary>The audit path of a leaf: from the leaf up to the root.</summary>
    /// <param name="index">0-based, less than <paramref name="size"/>.</param>
    public static IReadOnlyList<MerkleRange> Inclusion(long index, long size) => [.. Path(index, 0, size)];

    /// <summary>That the tree of <paramref name="from"/> leaves is the beginning of the tree of <paramref name="to"/> leaves.</summary>
    /// <param name="from">1 to <paramref name="to"/>.</param>
    public static IReadOnlyList<MerkleRange> Consistency(long from, long to) => from == to ? [] : [.. SubProof(from, 0, to, whole: true)];

    /// <summary>The root that a leaf and its path lead to; null when the path has not the length that it must have.</summary>
    public static byte[]? RootOfInclusion(long index, long size, byte[] leaf, IReadOnlyList<byte[]> path)
    {
        var hash = leaf;
        var (place, last) = (index, size - 1);
        foreach (var other in path)
        {
            if (last == 0) return null;
            if ((place & 1) == 1 || place == last)
            {
                hash = MerkleHash.Node(other, hash);
                for (; (place & 1) == 0 && place != 0; place >>= 1) last >>= 1;
            }
            else
            {
                hash = MerkleHash.Node(hash, other);
            }
            (place, last) = (place >> 1, last >> 1);
        }
        return last == 0 ? hash : null;
    }

    /// <summary>Whether the hashes prove that both roots are of one growing tree (RFC 9162, section 2.1.4.2).</summary>
    public static bool IsConsistent(long from, long to, byte[] fromRoot, byte[] toRoot, IReadOnlyList<byte[]> proof)
    {
        if (from == to) return proof.Count == 0 && fromRoot.AsSpan().SequenceEqual(toRoot);
        var path = BitOperations.IsPow2(from) ? [fromRoot, .. proof] : proof;
        if (path.Count == 0) return false;
        var (place, last) = (from - 1, to - 1);
        for (; (place & 1) == 1; place >>= 1) last >>= 1;
        var (older, newer) = (path[0], path[0]);
        foreach (var other in path.Skip(1))
        {
            if (last == 0) return false;
            if ((place & 1) == 1 || place == last)
            {
                (older, newer) = (MerkleHash.Node(other, older), MerkleHash.Node(other, newer));
                for (; (place & 1) == 0 && place != 0; place >>= 1) last >>= 1;
            }
            else
            {
                newer = MerkleHash.Node(newer, other);
            }
            (place, last) = (place >> 1, last >> 1);
        }
        return last == 0 && older.AsSpan().SequenceEqual(fromRoot) && newer.AsSpan().SequenceEqual(toRoot);
    }

    private static IEnumerable<MerkleRange> Path(long index, long first, long end)
    {
        if (end - first == 1) return [];
        var middle = first + LargestPowerBelow(end - first);
        return index < middle
            ? Path(index, first, middle).Append(new MerkleRange(middle, end))
            : Path(index, middle, end).Append(new MerkleRange(first, middle));
    }

    /// <param name="whole">The subtree is one that the verifier knows: the older root.</param>
    private static IEnumerable<MerkleRange> SubProof(long from, long first, long end, bool whole)
    {
        if (from == end) return whole ? [] : [new MerkleRange(first, end)];
        var middle = first + LargestPowerBelow(end - first);
        return from <= middle
            ? SubProof(from, first, middle, whole).Append(new MerkleRange(middle, end))
            : SubProof(from, middle, end, false).Append(new MerkleRange(first, middle));
    }

    private static long LargestPowerBelow(long count) => 1L << BitOperations.Log2((ulong)(count - 1));
}
