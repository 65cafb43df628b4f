using Npgsql;
using Swift.Contracts.Rest;

namespace Swift.Api.Audit.Heads;

/// <summary>The signed heads in the database.</summary>
internal static class HeadQueries
{
    private const string Columns = "tree_size, root_hash, signed_at, key_id, signature";

    internal static async Task<TreeHead?> NewestAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await foreach (var head in ReadAsync(connection, $"select {Columns} from swift.audit_heads order by tree_size desc limit 1", ct)) return head;
        return null;
    }

    /// <summary>By size.</summary>
    internal static IAsyncEnumerable<TreeHead> AllAsync(NpgsqlConnection connection, CancellationToken ct) =>
        ReadAsync(connection, $"select {Columns} from swift.audit_heads order by tree_size", ct);

    internal static async Task InsertAsync(NpgsqlConnection connection, TreeHead head, CancellationToken ct)
    {
        await using var insert = new NpgsqlCommand($"insert into swift.audit_heads ({Columns}) values ($1, $2, $3, $4, $5)", connection)
        {
            Parameters =
            {
                new() { Value = head.TreeSize }, new() { Value = Convert.FromHexString(head.RootHash) }, new() { Value = HeadFormat.Time(head.Timestamp) },
                new() { Value = head.KeyId }, new() { Value = Convert.FromBase64String(head.Signature) },
            },
        };
        await insert.ExecuteNonQueryAsync(ct);
    }

    private static async IAsyncEnumerable<TreeHead> ReadAsync(
        NpgsqlConnection connection, string sql, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var query = new NpgsqlCommand(sql, connection);
        await using var rows = await query.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            yield return new TreeHead(
                rows.GetInt64(0), Convert.ToHexStringLower(rows.GetFieldValue<byte[]>(1)), HeadFormat.Timestamp(rows.GetDateTime(2)),
                rows.GetString(3), Convert.ToBase64String(rows.GetFieldValue<byte[]>(4)));
        }
    }
}
