using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Swift.Api.Access.Tokens;
using Swift.Api.Tests.Experiments;
using Swift.Contracts;
using Swift.Contracts.Access;
using Swift.Contracts.Rest;
using Swift.Testing;

namespace Swift.Api.Tests.Access;

/// <summary>Bearer tokens of an issuer that is really asked, good ones and every kind of bad one.</summary>
public sealed class OidcTokenTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private TokenIssuer _issuer = null!;
    private ControlPlane _plane = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await TokenIssuer.Start();
        _plane = await ControlPlane.Start(await postgres.CreateDatabase(), _folder.Path, oidc: new OidcSettings(_issuer.Url, TokenIssuer.Audience));
    }

    public async ValueTask DisposeAsync()
    {
        await _plane.DisposeAsync();
        await _issuer.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_subject_is_the_actor_and_the_claim_gives_the_roles()
    {
        using var alice = _plane.ClientWith(_issuer.Token(_issuer.Genuine, roles: new[] { "operator", "auditor", "unknown" }));
        var caller = (await alice.GetFromJsonAsync<CallerView>("/v1/caller", SwiftJson.Options))!;
        caller.Actor.ShouldBe("user/alice");
        caller.Roles.ShouldBe([Role.Operator, Role.Auditor], ignoreOrder: true);

        using var admin = _plane.ClientWith(_issuer.Token(_issuer.Genuine, "root@example.com", "admin"));
        var created = await admin.PostAsJsonAsync("/v1/api-keys", new CreateApiKey("by-token", [Role.Viewer]), SwiftJson.Options);
        (await created.Content.ReadFromJsonAsync<ApiKeyCreated>(SwiftJson.Options))!.View.IssuedBy.ShouldBe("user/root@example.com");
        // Keys go on being good beside tokens.
        (await _plane.Http.GetAsync("/v1/caller")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Without_a_role_nothing_is_allowed_and_with_a_small_one_little()
    {
        using var nobody = _plane.ClientWith(_issuer.Token(_issuer.Genuine, roles: "Administrators"));
        var refused = await nobody.GetAsync("/v1/experiments");
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString().ShouldBe("This needs the role viewer; user/alice has none.");

        using var viewer = _plane.ClientWith(_issuer.Token(_issuer.Genuine, roles: "viewer"));
        (await viewer.GetAsync("/v1/experiments")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await viewer.PostAsJsonAsync("/v1/experiments", new { })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_token_that_is_not_good_is_refused_with_the_reason()
    {
        using var strangers = RSA.Create(2048);
        SigningCredentials forged = new(new RsaSecurityKey(strangers) { KeyId = "one" }, SecurityAlgorithms.RsaSha256);
        var good = _issuer.Token(_issuer.Genuine, roles: "admin").Split('.');
        var unsigned = _issuer.Token(null, roles: "admin");
        const string form = "signature or form";
        foreach (var (token, reason) in ((string, string)[])
            [
                (_issuer.Token(_issuer.Genuine, roles: "admin", expires: -2), "has expired"),
                (_issuer.Token(_issuer.Genuine, roles: "admin", notBefore: 3), "not valid yet"),
                (_issuer.Token(_issuer.Genuine, roles: "admin", audience: "other"), "another audience"),
                (_issuer.Token(_issuer.Genuine, roles: "admin", issuer: "https://example.com"), "another issuer"),
                (_issuer.Token(_issuer.Genuine, subject: null, roles: "admin"), "no usable sub"),
                (_issuer.Token(_issuer.Genuine, subject: "a\nb", roles: "admin"), "no usable sub"),
                (_issuer.Token(forged, roles: "admin"), form),
                (_issuer.Token(_issuer.Confused, roles: "admin"), form),
                (unsigned, form),
                ($"{unsigned.Split('.')[0]}.{good[1]}.", form),
                ($"{unsigned.Split('.')[0]}.{good[1]}.{good[2]}", form),
                ($"{good[0]}.{good[1]}.", form),
                ($"{good[0]}.{_issuer.Token(_issuer.Genuine, roles: "admin", subject: "mallory").Split('.')[1]}.{good[2]}", form),
                ("a.b.c", form),
                ("..", form),
            ])
        {
            using var client = _plane.ClientWith(token);
            using var refused = await client.GetAsync("/v1/caller");
            refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, reason);
            refused.Headers.WwwAuthenticate.ToString().ShouldContain("Bearer");
            refused.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
            (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString()!.ShouldContain(reason);
        }
    }

    [Fact]
    public async Task What_the_issuer_calls_a_role_can_be_said_and_then_nothing_else_counts()
    {
        OidcSettings mapped = new(_issuer.Url, TokenIssuer.Audience) { RoleClaim = "groups", Roles = new Dictionary<string, Role> { ["team-ml"] = Role.Operator } };
        await using var plane = await ControlPlane.Start(await postgres.CreateDatabase(), _folder["mapped"], oidc: mapped);
        using var alice = plane.ClientWith(_issuer.Token(_issuer.Genuine, roles: new[] { "team-ml", "admin" }, claim: "groups"));
        (await alice.GetFromJsonAsync<CallerView>("/v1/caller", SwiftJson.Options))!.Roles.ShouldBe([Role.Operator]);
    }
}
