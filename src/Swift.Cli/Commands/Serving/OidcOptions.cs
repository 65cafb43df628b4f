using System.CommandLine;
using Swift.Api.Access.Tokens;
using Swift.Cli.Terminal;
using Swift.Contracts.Access;

namespace Swift.Cli.Commands.Serving;

/// <summary>Options that say whose bearer tokens a server takes.</summary>
internal sealed class OidcOptions
{
    private readonly Option<string> _authority = new("--oidc_authority") { Description = "Takes bearer tokens of this OpenID Connect issuer as well", HelpName = "URL" };
    private readonly Option<string> _audience = new("--oidc_audience") { Description = "What tokens must be made for. Default: swift", HelpName = "NAME" };
    private readonly Option<string> _roleClaim = new("--oidc_role_claim") { Description = "Claim with the roles or groups. Default: roles", HelpName = "CLAIM" };
    private readonly Option<string[]> _roles = new("--oidc_roles")
    {
        Description = "What the issuer calls the roles: team-ml=operator. Default: as they are called here",
        HelpName = "VALUE=ROLE",
        AllowMultipleArgumentsPerToken = true,
    };

    public void AddTo(Command command)
    {
        command.Add(_authority);
        command.Add(_audience);
        command.Add(_roleClaim);
        command.Add(_roles);
    }

    /// <summary>Null: tokens are not taken.</summary>
    /// <exception cref="UsageException">An option makes no sense.</exception>
    public OidcSettings? Read(CommandRun run)
    {
        if (run.Get(_authority) is not { } authority)
            return null;
        if (!Uri.TryCreate(authority, UriKind.Absolute, out var url) || !(url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)))
            throw new UsageException($"--oidc_authority {authority}: write https://…; http only for an issuer on this machine.");
        var settings = new OidcSettings(url, run.Get(_audience) ?? "swift");
        return settings with
        {
            RoleClaim = run.Get(_roleClaim) ?? settings.RoleClaim,
            Roles = run.Get(_roles) is { Length: > 0 } roles ? roles.Select(ReadRole).ToDictionary(role => role.Name, role => role.Role, StringComparer.Ordinal) : null,
        };
    }

    private static (string Name, Role Role) ReadRole(string written)
    {
        var equals = written.LastIndexOf('=');
        return equals > 0 && Enum.GetNames<Role>().FirstOrDefault(name => name.Equals(written[(equals + 1)..], StringComparison.OrdinalIgnoreCase)) is { } role
            ? (written[..equals], Enum.Parse<Role>(role))
            : throw new UsageException($"--oidc_roles {written}: write VALUE=ROLE, where ROLE is one of {string.Join(", ", Enum.GetNames<Role>().Select(name => name.ToLowerInvariant()))}.");
    }
}
