using Npgsql;
using Swift.Api.Audit.Heads;
using Swift.Api.Audit.Merkle;
using Swift.Contracts.Rest;

namespace Swift.Api.Audit.Verification;

/// <summary>From the leaves to the tree, to the heads in the database, to the heads outside of it.</summary>
internal sealed class TreeVerification(MerkleTree tree, IReadOnlyList<VerificationKey> keys, Findings findings)
{
    /// <summary>Size of the newest head that was right: what is wrong with a later one began after it.</summary>
    private long _right;

    private readonly List<TreeHead> _rightHeads = [];

    /// <summary>Heads whose key was not given, since the last time that this was told.</summary>
    private readonly List<TreeHead> _unknown = [];

    /// <summary>All heads that are right, in the database and outside.</summary>
    internal IReadOnlyList<TreeHead> Right => _rightHeads;

    internal long Size => tree.Size;

    internal long Heads { get; private set; }

    internal long Anchors { get; private set; }

    internal TreeHead? Newest { get; private set; }

    internal async Task NodesAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var query = new NpgsqlCommand("select level, index, hash from swift.audit_nodes where level > 0 order by level, index", connection);
        await using var rows = await query.ExecuteReaderAsync(ct);
        var stored = 0L;
        while (await rows.ReadAsync(ct))
        {
            var (node, hash) = (new MerkleNode(rows.GetInt16(0), rows.GetInt64(1)), rows.GetFieldValue<byte[]>(2));
            var exists = node.Level < tree.Levels.Count && node.Index < tree.Levels[node.Level].Count;
            if (exists) stored++;
            if (exists && hash.AsSpan().SequenceEqual(tree.Hash(node))) continue;
            var leaf = node.Index << node.Level;
            findings.Add("node_altered", $"Node {node.Index} of level {node.Level}, over the leaves {leaf} to {leaf + (1L << node.Level) - 1}, is not the hash of what is below it.", leaf);
        }
        var missing = tree.Levels.Skip(1).Sum(level => (long)level.Count) - stored;
        if (missing > 0) findings.Add("node_missing", $"{missing} nodes of the tree are not in the log.");
    }

    internal async Task HeadsAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await foreach (var head in HeadQueries.AllAsync(connection, ct))
        {
            Heads++;
            if (Check(head, "The head in the database", "head")) Newest = head;
        }
        TellUnknownKeys("in the database", "head");
    }

    /// <param name="lines">Null: there was no such file.</param>
    internal void AnchorsIn(string file, IReadOnlyList<Anchor>? lines)
    {
        if (lines is null) findings.Add("anchor_file_missing", $"{file} is not there.");
        foreach (var anchor in lines ?? [])
        {
            if (anchor.Head is null)
            {
                findings.Add("anchor_unreadable", $"{anchor.File}, line {anchor.Line}, is no signed head.");
                continue;
            }
            Anchors++;
            Check(anchor.Head, $"The head in {anchor.File}, line {anchor.Line},", "anchor");
        }
        TellUnknownKeys($"in {file}", "anchor");
    }

    /// <summary>Once for each key: all heads of a server that signed with another one are the same news.</summary>
    private void TellUnknownKeys(string where, string code)
    {
        foreach (var heads in _unknown.GroupBy(head => head.KeyId))
            findings.Add(
                code + "_not_signed", heads.Count() == 1
                    ? $"The head {where} of {heads.First().TreeSize} events is signed with the key {heads.Key}, which is not given."
                    : $"{heads.Count()} heads {where}, of {heads.Min(head => head.TreeSize)} to {heads.Max(head => head.TreeSize)} events, are signed with the key {heads.Key}, which is not given.");
        _unknown.Clear();
    }

    private bool Check(TreeHead head, string what, string code)
    {
        if (keys.All(key => key.Id != head.KeyId))
        {
            _unknown.Add(head);
            return false;
        }
        if (!keys.Any(key => key.Verifies(head)))
        {
            findings.Add(code + "_not_signed", $"{what} of {head.TreeSize} events has a signature that is wrong.");
            return false;
        }
        if (head.TreeSize > tree.Size)
        {
            findings.Add(
                "log_truncated", $"{what} says that there were {head.TreeSize} events at {head.Timestamp}; the log holds {tree.Size}. "
                + $"What followed leaf {tree.Size - 1} was cut off, or an old backup was restored.", tree.Size);
            return false;
        }
        if (head.RootHash != Convert.ToHexStringLower(tree.Root(head.TreeSize)))
        {
            findings.Add(
                "log_rewritten", $"{what} was signed for {head.TreeSize} other events at {head.Timestamp}: "
                + (_right < head.TreeSize ? $"one of the leaves {_right} to {head.TreeSize - 1} was rewritten, and the log with it." : "the log was rewritten."),
                _right < head.TreeSize ? _right : null);
            return false;
        }
        _right = Math.Max(_right, head.TreeSize);
        _rightHeads.Add(head);
        return true;
    }
}
