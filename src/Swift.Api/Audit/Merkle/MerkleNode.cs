using System.Numerics;

namespace Swift.Api.Audit.Merkle;

/// <summary>A complete subtree: of 2^<paramref name="Level"/> leaves, the first of them number <paramref name="Index"/> · 2^<paramref name="Level"/>. Its hash never changes.</summary>
public readonly record struct MerkleNode(int Level, long Index);

/// <summary>The leaves from <paramref name="First"/> to before <paramref name="End"/>; their hash is what RFC 9162 calls MTH(D[First:End]).</summary>
public readonly record struct MerkleRange(long First, long End)
{
    /// <summary>The complete subtrees that the hash of the range is made of, from left to right.</summary>
    public IEnumerable<MerkleNode> Nodes()
    {
        // Ranges in proofs begin where their largest subtree begins, so cutting off the largest that fits gives RFC 9162's splits.
        for (var first = First; first < End;)
        {
            var level = BitOperations.Log2((ulong)(End - first));
            yield return new MerkleNode(level, first >> level);
            first += 1L << level;
        }
    }

    /// <param name="hashes">Of the nodes.</param>
    public byte[] Hash(Func<MerkleNode, byte[]> hashes)
    {
        if (First == End) return MerkleHash.Empty;
        var nodes = Nodes().Select(hashes).ToList();
        var hash = nodes[^1];
        for (var i = nodes.Count - 2; i >= 0; i--) hash = MerkleHash.Node(nodes[i], hash);
        return hash;
    }
}
