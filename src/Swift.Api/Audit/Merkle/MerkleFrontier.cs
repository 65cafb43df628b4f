namespace Swift.Api.Audit.Merkle;

/// <summary>The right edge of a growing tree: all that appending needs to know of what was appended before.</summary>
public sealed class MerkleFrontier
{
    /// <summary>By level; only those of the bits set in <see cref="Size"/> count.</summary>
    private readonly byte[][] _complete = new byte[63][];

    /// <param name="size">Leaves so far.</param>
    /// <param name="hashes">Of the nodes of <see cref="MerkleRange"/> (0, size).</param>
    public MerkleFrontier(long size, Func<MerkleNode, byte[]> hashes)
    {
        Size = size;
        foreach (var node in new MerkleRange(0, size).Nodes()) _complete[node.Level] = hashes(node);
    }

    public long Size { get; private set; }

    /// <summary>Appends a leaf and answers what is complete now and was not before: the leaf, and every subtree that it closes.</summary>
    public IEnumerable<(MerkleNode Node, byte[] Hash)> Append(byte[] leaf)
    {
        List<(MerkleNode, byte[])> added = [(new MerkleNode(0, Size), leaf)];
        var (level, index, hash) = (0, Size, leaf);
        for (; (index & 1) == 1; index >>= 1)
        {
            hash = MerkleHash.Node(_complete[level], hash);
            level++;
            added.Add((new MerkleNode(level, index >> 1), hash));
        }
        _complete[level] = hash;
        Size++;
        return added;
    }

    public byte[] Root() => new MerkleRange(0, Size).Hash(node => _complete[node.Level]);
}
