using JasperFx.Events;
using Marten.Events.Aggregation;
using Swift.Contracts.Access;
using Swift.Contracts.Events;
using Swift.Contracts.Rest;

namespace Swift.Api.Access.Keys;

/// <summary>A key as its stream has it.</summary>
/// <param name="Id">Follows from <paramref name="SecretHash"/>.</param>
public sealed record ApiKey(
    Guid Id, string Name, IReadOnlyList<Role> Roles, IReadOnlyList<string> Scopes, string SecretHash, DateTimeOffset IssuedAt, string IssuedBy,
    DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt, string? RevokedBy, string? RevokedBecause)
{
    internal string Status(DateTimeOffset now) => RevokedAt is not null ? "revoked" : ExpiresAt <= now ? "expired" : "active";

    internal ApiKeyView ToView(DateTimeOffset? lastUsedAt, DateTimeOffset now) => new(
        Name, Status(now), Roles, Scopes, IssuedAt, IssuedBy, ExpiresAt, lastUsedAt, RevokedAt, RevokedBy, RevokedBecause);
}

/// <summary>Lets Marten keep <see cref="ApiKey"/> beside the stream, in the transaction that appends: a revoked key is refused from that moment.</summary>
public sealed partial class ApiKeyProjection : SingleStreamProjection<ApiKey, Guid>
{
    public override ApiKey? Evolve(ApiKey? snapshot, Guid id, IEvent e) => e.Data switch
    {
        ApiKeyIssued issued => new ApiKey(
            id, issued.Name, issued.Roles, issued.Scopes, issued.SecretHash, e.Timestamp, e.UserName ?? "unknown", issued.ExpiresAt, null, null, null),
        ApiKeyRevoked revoked => snapshot! with { RevokedAt = e.Timestamp, RevokedBy = e.UserName, RevokedBecause = revoked.Reason },
        _ => snapshot,
    };
}
