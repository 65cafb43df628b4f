namespace Swift.Api.Audit.Merkle;

/// <summary>A whole tree in memory: every complete subtree, by level. 64 bytes and their objects for each leaf.</summary>
public sealed class MerkleTree
{
    private readonly MerkleFrontier _edge = new(0, _ => []);
    private readonly List<List<byte[]>> _levels = [];

    public long Size => _edge.Size;

    public IReadOnlyList<IReadOnlyList<byte[]>> Levels => _levels;

    public void Append(byte[] leaf)
    {
        foreach (var (node, hash) in _edge.Append(leaf))
        {
            if (node.Level == _levels.Count) _levels.Add([]);
            _levels[node.Level].Add(hash);
        }
    }

    /// <param name="size">Of a beginning of the tree.</param>
    public byte[] Root(long size) => new MerkleRange(0, size).Hash(Hash);

    public byte[] Hash(MerkleNode node) => _levels[node.Level][(int)node.Index];
}
