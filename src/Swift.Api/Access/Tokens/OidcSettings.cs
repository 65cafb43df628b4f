using Swift.Contracts.Access;

namespace Swift.Api.Access.Tokens;

/// <summary>Whose tokens are taken beside the server's own keys.</summary>
/// <param name="Authority">The issuer: its <c>/.well-known/openid-configuration</c> says where its keys are. https, or http on the loopback.</param>
/// <param name="Audience">What a token must be made for.</param>
public sealed record OidcSettings(Uri Authority, string Audience)
{
    /// <summary>The claim with the caller's roles or groups, one or many.</summary>
    public string RoleClaim { get; init; } = "roles";

    /// <summary>What the issuer calls a role → the role. Null = as they are called here: <c>viewer</c>, <c>operator</c>, <c>auditor</c>, <c>admin</c>. All other values give nothing.</summary>
    public IReadOnlyDictionary<string, Role>? Roles { get; init; }
}
