using Npgsql;
using Swift.Api.Audit.Log;
using Swift.Api.Audit.Merkle;
using Swift.Contracts.Rest;

namespace Swift.Api.Audit.Proofs;

/// <summary>Proofs out of the log.</summary>
internal static class LogProofs
{
    /// <summary>Null when the log does not hold the event, or not within the head.</summary>
    internal static async Task<InclusionProof?> InclusionAsync(NpgsqlConnection connection, Guid eventId, TreeHead head, CancellationToken ct)
    {
        if (await Leaf(connection, eventId, ct) is not var (index, leaf) || index >= head.TreeSize) return null;
        var path = MerkleProof.Inclusion(index, head.TreeSize);
        var hashes = await HashesAsync(connection, path, ct);
        return new InclusionProof(
            eventId, index, System.Text.Encoding.UTF8.GetString(leaf.Content), Convert.ToHexStringLower(MerkleHash.Leaf(leaf.Content)), Hex(path, hashes), head);
    }

    /// <param name="from">1 to <paramref name="to"/>.</param>
    /// <param name="to">At most the size of the log.</param>
    internal static async Task<ConsistencyProof> ConsistencyAsync(NpgsqlConnection connection, long from, long to, CancellationToken ct)
    {
        var path = MerkleProof.Consistency(from, to);
        var hashes = await HashesAsync(connection, [.. path, new MerkleRange(0, from), new MerkleRange(0, to)], ct);
        var roots = Hex([new MerkleRange(0, from), new MerkleRange(0, to)], hashes);
        return new ConsistencyProof(from, to, roots[0], roots[1], Hex(path, hashes));
    }

    /// <summary>What the hashes of the ranges are made of.</summary>
    internal static Task<IReadOnlyDictionary<MerkleNode, byte[]>> HashesAsync(NpgsqlConnection connection, IEnumerable<MerkleRange> ranges, CancellationToken ct) =>
        LogQueries.NodesAsync(connection, ranges.SelectMany(range => range.Nodes()), ct);

    internal static IReadOnlyList<string> Hex(IEnumerable<MerkleRange> ranges, IReadOnlyDictionary<MerkleNode, byte[]> hashes) =>
        [.. ranges.Select(range => Convert.ToHexStringLower(range.Hash(node => hashes[node])))];

    private static async Task<(long Index, EventLeaf Leaf)?> Leaf(NpgsqlConnection connection, Guid eventId, CancellationToken ct)
    {
        await using var query = new NpgsqlCommand(
            $"select l.index, {EventLeaf.Columns} from swift.audit_leaves l join swift.mt_events e on e.seq_id = l.sequence where l.event_id = $1", connection)
        {
            Parameters = { new() { Value = eventId } },
        };
        await using var row = await query.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? (row.GetInt64(0), EventLeaf.Read(row, 1)) : null;
    }
}
