using System.Text;
using System.Text.Json;
using Npgsql;
using Swift.Api.Audit.Log;
using Swift.Api.Audit.Merkle;
using Swift.Api.Audit.Proofs;
using Swift.Contracts;
using Swift.Contracts.Rest;

namespace Swift.Api.Audit.Export;

/// <summary>Events with proofs as lines of JSON, for whoever verifies without Swift. docs/audit.md has the format.</summary>
internal sealed class LogExport(NpgsqlConnection connection, TreeHead head, string publicKey)
{
    internal const string ContentType = "application/x-ndjson";
    private const string Format = "swift-audit-export.v1";
    private const int Page = 500;

    /// <param name="stream">Only its events; null: all.</param>
    /// <param name="sizes">Sizes of the log that the head is proven to go on from.</param>
    internal async Task WriteAsync(Stream to, Guid? stream, IEnumerable<long> sizes, CancellationToken ct)
    {
        await WriteLine(to, new { Kind = "head", Format, Head = head, PublicKey = publicKey, Stream = stream }, ct);
        foreach (var size in sizes)
        {
            var proof = await LogProofs.ConsistencyAsync(connection, size, head.TreeSize, ct);
            await WriteLine(to, new { Kind = "consistency", proof.From, proof.FromRoot, proof.Proof }, ct);
        }
        for (var next = 0L; next < head.TreeSize;)
        {
            var leaves = await Leaves(stream, next, ct);
            if (leaves.Count == 0) return;
            var paths = leaves.ConvertAll(leaf => MerkleProof.Inclusion(leaf.Index, head.TreeSize));
            var hashes = await LogProofs.HashesAsync(connection, paths.SelectMany(path => path), ct);
            foreach (var ((index, leaf), path) in leaves.Zip(paths))
            {
                await WriteLine(to, new { Kind = "event", Index = index, Leaf = Encoding.UTF8.GetString(leaf.Content), Proof = LogProofs.Hex(path, hashes) }, ct);
            }
            next = leaves[^1].Index + 1;
        }
    }

    private async Task<List<(long Index, EventLeaf Leaf)>> Leaves(Guid? stream, long first, CancellationToken ct)
    {
        await using var query = new NpgsqlCommand(
            $"select l.index, {EventLeaf.Columns} from swift.audit_leaves l join swift.mt_events e on e.seq_id = l.sequence"
            + $" where l.index >= $1 and l.index < $2 {(stream is null ? "" : "and e.stream_id = $4")} order by l.index limit $3", connection)
        {
            Parameters = { new() { Value = first }, new() { Value = head.TreeSize }, new() { Value = Page } },
        };
        if (stream is { } only) query.Parameters.Add(new() { Value = only });
        await using var rows = await query.ExecuteReaderAsync(ct);
        var leaves = new List<(long, EventLeaf)>();
        while (await rows.ReadAsync(ct)) leaves.Add((rows.GetInt64(0), EventLeaf.Read(rows, 1)));
        return leaves;
    }

    private static async Task WriteLine<T>(Stream to, T line, CancellationToken ct)
    {
        await to.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(line, SwiftJson.Options), ct);
        await to.WriteAsync("\n"u8.ToArray(), ct);
    }
}
