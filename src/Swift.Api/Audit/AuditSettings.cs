namespace Swift.Api.Audit;

/// <summary>What signs the log, and what keeps its heads outside of the database.</summary>
/// <param name="KeyFile">Private key, P-256, PKCS #8 as PEM; made at the first start if it is not there. Null: no heads are signed.</param>
/// <param name="AnchorFile">Every signed head is appended here. Null: nowhere.</param>
public sealed record AuditSettings(string? KeyFile = null, string? AnchorFile = null)
{
    /// <summary>Both in a folder, under the names that the command line looks for.</summary>
    public static AuditSettings In(string folder) => new(Path.Combine(folder, "audit-key.pem"), Path.Combine(folder, "audit-anchors.ndjson"));
}
