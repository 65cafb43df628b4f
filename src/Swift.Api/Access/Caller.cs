using System.Security.Claims;
using Swift.Contracts.Access;

namespace Swift.Api.Access;

/// <summary>Who calls, read from and written to the claims of a request, whatever it authenticated with.</summary>
/// <param name="Actor">As events name it: <c>key/NAME</c> or <c>user/NAME</c>.</param>
/// <param name="Scopes">Areas of the API that the caller is limited to; empty = all.</param>
internal sealed record Caller(string Actor, IReadOnlyList<Role> Roles, IReadOnlyList<string> Scopes)
{
    private const string NameClaim = "swift_actor";
    private const string RoleClaim = "swift_role";
    private const string ScopeClaim = "swift_scope";

    internal static Caller Of(ClaimsPrincipal user) => new(
        user.FindFirst(NameClaim)?.Value ?? throw new InvalidOperationException("Nobody is authenticated."),
        [.. user.FindAll(RoleClaim).Select(claim => Access.Roles.TryRead(claim.Value, out var role) ? role : throw new InvalidOperationException($"{claim.Value} is no role."))],
        [.. user.FindAll(ScopeClaim).Select(claim => claim.Value)]);

    internal ClaimsPrincipal ToPrincipal(string scheme) => new(new ClaimsIdentity(
        [
            new Claim(NameClaim, Actor),
            .. Roles.Select(role => new Claim(RoleClaim, Access.Roles.Write(role))),
            .. Scopes.Select(scope => new Claim(ScopeClaim, scope)),
        ],
        scheme, NameClaim, RoleClaim));

    internal bool Has(Role required) => Roles.Any(held => held.Include(required));

    internal bool Reaches(string area) => Scopes.Count == 0 || Scopes.Contains(area);
}
