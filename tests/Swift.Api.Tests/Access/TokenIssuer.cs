using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Swift.Api.Tests.Access;

/// <summary>A small OpenID Connect issuer on the loopback: discovery, public keys, and tokens that are signed for real.</summary>
internal sealed class TokenIssuer : IAsyncDisposable
{
    public const string Audience = "swift";

    private readonly WebApplication _app;
    private readonly RSA _key = RSA.Create(2048);

    private TokenIssuer(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First());

    public SigningCredentials Genuine => new(new RsaSecurityKey(_key) { KeyId = "one" }, SecurityAlgorithms.RsaSha256);

    /// <summary>As whoever knows what everybody may know would sign: the public key taken for a shared secret.</summary>
    public SigningCredentials Confused => new(new SymmetricSecurityKey(_key.ExportSubjectPublicKeyInfo()) { KeyId = "one" }, SecurityAlgorithms.HmacSha256);

    public static async Task<TokenIssuer> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        TokenIssuer issuer = new(app);
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(new Dictionary<string, string> { ["issuer"] = issuer.Name, ["jwks_uri"] = issuer.Name + "/keys" }));
        app.MapGet("/keys", () =>
        {
            var shown = issuer._key.ExportParameters(includePrivateParameters: false);
            return Results.Json(new { keys = new[] { new { kty = "RSA", use = "sig", kid = "one", n = Base64UrlEncoder.Encode(shown.Modulus), e = Base64UrlEncoder.Encode(shown.Exponent) } } });
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return issuer;
    }

    private string Name => Url.ToString().TrimEnd('/');

    /// <param name="signing">Null: not signed at all, <c>alg: none</c>.</param>
    /// <param name="expires">Minutes from now.</param>
    public string Token(
        SigningCredentials? signing, string? subject = "alice", object? roles = null, string audience = Audience, string? issuer = null, double expires = 5, double notBefore = -5,
        string claim = "roles")
    {
        Dictionary<string, object> claims = [];
        if (subject is not null) claims["sub"] = subject;
        if (roles is not null) claims[claim] = roles;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Name,
            Audience = audience,
            Claims = claims,
            NotBefore = DateTime.UtcNow.AddMinutes(notBefore),
            Expires = DateTime.UtcNow.AddMinutes(expires),
            SigningCredentials = signing,
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }
}
