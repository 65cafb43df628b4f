using Npgsql;
using Swift.Api.Audit.Merkle;

namespace Swift.Api.Audit.Log;

/// <summary>What the log holds.</summary>
internal static class LogQueries
{
    /// <summary>Condition on <c>e</c>: a row of the events that stands for one, and not for a number that a failed append used up.</summary>
    internal const string IsEvent = "e.type <> 'tombstone'";

    /// <summary>Until the end of the transaction.</summary>
    internal static async Task LockAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"select pg_advisory_xact_lock({AuditSchema.Lock})", connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Number of leaves, and the highest sequence number among the newest of them.</summary>
    internal static async Task<(long Size, long Sequence)> EndAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var query = new NpgsqlCommand("select coalesce(max(index) + 1, 0), coalesce(max(sequence), 0) from swift.audit_leaves", connection);
        await using var row = await query.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return (row.GetInt64(0), row.GetInt64(1));
    }

    /// <summary>Whether the newest event is in the log.</summary>
    internal static async Task<bool> IsSealedToTheEndAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var query = new NpgsqlCommand(
            $"select coalesce((select exists (select from swift.audit_leaves l where l.sequence = newest.seq_id) from"
            + $" (select e.seq_id from swift.mt_events e where {IsEvent} order by e.seq_id desc limit 1) newest), true)", connection);
        return await query.ExecuteScalarAsync(ct) is true;
    }

    internal static async Task<IReadOnlyDictionary<MerkleNode, byte[]>> NodesAsync(NpgsqlConnection connection, IEnumerable<MerkleNode> nodes, CancellationToken ct)
    {
        var wanted = nodes.Distinct().ToList();
        await using var query = new NpgsqlCommand(
            "select n.level, n.index, n.hash from swift.audit_nodes n join unnest($1, $2) as w (level, index) on n.level = w.level and n.index = w.index", connection)
        {
            Parameters = { new() { Value = wanted.Select(node => (short)node.Level).ToArray() }, new() { Value = wanted.Select(node => node.Index).ToArray() } },
        };
        await using var rows = await query.ExecuteReaderAsync(ct);
        var found = new Dictionary<MerkleNode, byte[]>();
        while (await rows.ReadAsync(ct)) found.Add(new MerkleNode(rows.GetInt16(0), rows.GetInt64(1)), rows.GetFieldValue<byte[]>(2));
        return found.Count == wanted.Count
            ? found
            : throw new BrokenLogException($"The log misses node {wanted.First(node => !found.ContainsKey(node))}; run swift audit verify.");
    }

    /// <summary>The root of the first leaves.</summary>
    internal static async Task<byte[]> RootAsync(NpgsqlConnection connection, long size, CancellationToken ct)
    {
        var range = new MerkleRange(0, size);
        var nodes = await NodesAsync(connection, range.Nodes(), ct);
        return range.Hash(node => nodes[node]);
    }
}

/// <summary>Somebody other than Swift wrote to the log.</summary>
internal sealed class BrokenLogException(string message) : Exception(message);
