using Swift.Api.Access.Tokens;

namespace Swift.Api.Access;

/// <summary>What the host decides about access.</summary>
public sealed record AccessSettings
{
    /// <summary>At least so many characters has a key that the host brings.</summary>
    public const int ShortestAdminKey = 32;

    /// <summary>Keys with the role admin that exist from the start: otherwise nobody could make the first. Registered once; revoking one holds over restarts.</summary>
    public IReadOnlyList<string> AdminKeys { get; init; } = [];

    /// <summary>Whose bearer tokens are taken as well; null = nobody's.</summary>
    public OidcSettings? Oidc { get; init; }
}
