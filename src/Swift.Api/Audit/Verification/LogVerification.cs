using System.Data;
using System.Diagnostics;
using Npgsql;
using Swift.Api.Audit.Heads;
using Swift.Contracts.Rest;

namespace Swift.Api.Audit.Verification;

/// <summary>Checks everything that can be checked: store, leaves, tree, heads, anchors. Reads one snapshot, changes nothing.</summary>
public static class LogVerification
{
    /// <param name="connection">Of anybody who may read the schema.</param>
    /// <param name="keyFiles">Keys in PEM, public or private, that heads may be signed with.</param>
    /// <param name="anchorFiles">What to compare the log with.</param>
    public static async Task<AuditReport> RunAsync(
        NpgsqlConnection connection, IReadOnlyCollection<string> keyFiles, IReadOnlyCollection<string> anchorFiles, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        var keys = keyFiles.Select(VerificationKey.Read).ToList();
        try
        {
            // Before the snapshot: a head that is signed from now on covers events that the snapshot lacks.
            var anchors = new List<(string File, IReadOnlyList<Anchor>? Lines)>();
            foreach (var file in anchorFiles) anchors.Add((file, await AnchorFile.ReadAsync(file, ct)));
            await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
            var findings = new Findings();
            var order = new EventOrder(findings);
            var leaves = new LeafVerification(connection, order, findings);
            var tree = new TreeVerification(await leaves.RunAsync(ct), keys, findings);
            var unsealed = await leaves.UnsealedAsync(ct);
            await tree.NodesAsync(connection, ct);
            await tree.HeadsAsync(connection, ct);
            foreach (var (file, lines) in anchors) tree.AnchorsIn(file, lines);
            order.CompareWith(tree.Right);
            await StreamVerification.RunAsync(connection, findings, ct);
            return new AuditReport(findings.None, tree.Size, unsealed, tree.Heads, tree.Anchors, tree.Newest, findings.All, watch.Elapsed.TotalSeconds);
        }
        finally
        {
            foreach (var key in keys) key.Dispose();
        }
    }
}
