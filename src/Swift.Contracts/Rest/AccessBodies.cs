using Swift.Contracts.Access;

namespace Swift.Contracts.Rest;

/// <summary>Body of <c>POST /v1/api-keys</c>.</summary>
/// <param name="Name">Lower-case letters, digits, <c>-</c>, <c>_</c>, <c>.</c>; never given to another key, also after it was revoked.</param>
/// <param name="Scopes">Areas of the API that the key is limited to, such as <c>experiments</c>; null or empty = all that its roles allow.</param>
/// <param name="ExpiresAt">Null = never.</param>
public sealed record CreateApiKey(string Name, IReadOnlyList<Role> Roles, IReadOnlyList<string>? Scopes = null, DateTimeOffset? ExpiresAt = null);

/// <summary>A new key; the only time that it is shown.</summary>
/// <param name="Key">Sent as <c>Authorization: Bearer KEY</c>.</param>
public sealed record ApiKeyCreated(string Key, ApiKeyView View);

/// <summary>What is known of a key, which is not the key itself.</summary>
/// <param name="Status"><c>active</c>, <c>expired</c> or <c>revoked</c>.</param>
/// <param name="LastUsedAt">To the minute; null = never.</param>
public sealed record ApiKeyView(
    string Name, string Status, IReadOnlyList<Role> Roles, IReadOnlyList<string> Scopes, DateTimeOffset IssuedAt, string IssuedBy,
    DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt, string? RevokedBy, string? RevokedBecause);

/// <summary>Body of <c>POST /v1/api-keys/{name}:revoke</c>.</summary>
public sealed record RevokeApiKey(string? Reason = null);

/// <summary>Answer of <c>GET /v1/caller</c>: who the server takes the caller for.</summary>
/// <param name="Actor">As events name it: <c>key/NAME</c> or <c>user/NAME</c>.</param>
public sealed record CallerView(string Actor, IReadOnlyList<Role> Roles, IReadOnlyList<string> Scopes);
