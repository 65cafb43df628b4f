using Npgsql;
using NpgsqlTypes;
using Swift.Api.Audit.Merkle;

namespace Swift.Api.Audit.Log;

/// <summary>
/// Appends events to the log: each once, in the order of their sequence numbers, in one transaction that no second sealer
/// is in. The log itself says what it holds, so a rewound or doubled subscription changes nothing.
/// </summary>
internal static class LogSealer
{
    /// <summary>How far back a transaction is looked for that committed after later numbers had been sealed.</summary>
    private const long Window = 10_000;
    private const int Batch = 5_000;

    /// <summary>Seals what is not sealed yet.</summary>
    /// <param name="ceiling">Highest sequence number below which no event can appear any more.</param>
    /// <param name="everything">Looks at all events instead of the newest ones.</param>
    /// <returns>The number of leaves of the log.</returns>
    internal static async Task<long> SealAsync(NpgsqlConnection connection, long ceiling, bool everything, CancellationToken ct)
    {
        for (long? after = everything ? 0 : null; ;)
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await LogQueries.LockAsync(connection, ct);
            var (size, last) = await LogQueries.EndAsync(connection, ct);
            var leaves = await Unsealed(connection, after ?? last - Window, ceiling, ct);
            if (leaves.Count > 0)
            {
                var edge = await LogQueries.NodesAsync(connection, new MerkleRange(0, size).Nodes(), ct);
                await Append(connection, new MerkleFrontier(size, node => edge[node]), leaves, ct);
            }
            await transaction.CommitAsync(ct);
            if (leaves.Count < Batch) return size + leaves.Count;
            after = leaves[^1].Place.Sequence;
        }
    }

    private static async Task<List<EventLeaf>> Unsealed(NpgsqlConnection connection, long after, long ceiling, CancellationToken ct)
    {
        await using var query = new NpgsqlCommand(
            $"select {EventLeaf.Columns} from swift.mt_events e where e.seq_id > $1 and e.seq_id <= $2 and {LogQueries.IsEvent}"
            + " and not exists (select from swift.audit_leaves l where l.sequence = e.seq_id) order by e.seq_id limit $3", connection)
        {
            Parameters = { new() { Value = after }, new() { Value = ceiling }, new() { Value = Batch } },
        };
        await using var rows = await query.ExecuteReaderAsync(ct);
        var leaves = new List<EventLeaf>();
        while (await rows.ReadAsync(ct)) leaves.Add(EventLeaf.Read(rows, 0));
        return leaves;
    }

    private static async Task Append(NpgsqlConnection connection, MerkleFrontier tree, List<EventLeaf> leaves, CancellationToken ct)
    {
        await using (var writer = await connection.BeginBinaryImportAsync("copy swift.audit_leaves (index, sequence, event_id) from stdin (format binary)", ct))
        {
            var index = tree.Size;
            foreach (var leaf in leaves)
            {
                await writer.StartRowAsync(ct);
                await writer.WriteAsync(index++, NpgsqlDbType.Bigint, ct);
                await writer.WriteAsync(leaf.Place.Sequence, NpgsqlDbType.Bigint, ct);
                await writer.WriteAsync(leaf.Place.Id, NpgsqlDbType.Uuid, ct);
            }
            await writer.CompleteAsync(ct);
        }
        await using (var writer = await connection.BeginBinaryImportAsync("copy swift.audit_nodes (level, index, hash) from stdin (format binary)", ct))
        {
            foreach (var (node, hash) in leaves.SelectMany(leaf => tree.Append(MerkleHash.Leaf(leaf.Content))))
            {
                await writer.StartRowAsync(ct);
                await writer.WriteAsync((short)node.Level, NpgsqlDbType.Smallint, ct);
                await writer.WriteAsync(node.Index, NpgsqlDbType.Bigint, ct);
                await writer.WriteAsync(hash, NpgsqlDbType.Bytea, ct);
            }
            await writer.CompleteAsync(ct);
        }
    }
}
