using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Swift.Api.Limits;

namespace Swift.Api.Access.Keys;

/// <summary><c>Authorization: Bearer KEY</c></summary>
internal sealed class ApiKeyAuthentication(
    ApiKeys keys, KeyUses uses, TimeProvider time, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logging, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logging, encoder)
{
    internal const string SchemeName = "ApiKey";
    private const string Bearer = "Bearer ";

    private bool _guessesTooOften;

    internal static string? ReadBearer(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : null;
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (ReadBearer(Request) is not { } secret) return AuthenticateResult.NoResult();
        // Looking a key up costs the database something. Whoever guessed too often from one address waits, but not the known callers beside them.
        if (RequestRate.IsExhausted(Context) && !uses.Knows(ApiKeys.IdOf(secret)))
        {
            _guessesTooOften = true;
            return AuthenticateResult.Fail("too often");
        }
        var key = await keys.FindAsync(secret, Context.RequestAborted);
        if (key is null) return Refuse("This is no key of this server.");
        if (key.Status(time.GetUtcNow()) is not "active" and var status) return Refuse($"The key {key.Name} is {status}.");
        await uses.RecordAsync(key.Id, Context.RequestAborted);
        var caller = new Caller($"key/{key.Name}", key.Roles, key.Scopes);
        return AuthenticateResult.Success(new AuthenticationTicket(caller.ToPrincipal(SchemeName), SchemeName));
    }

    private AuthenticateResult Refuse(string reason)
    {
        Context.Features.Set(new RefusedCredential(reason));
        return AuthenticateResult.Fail(reason);
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (_guessesTooOften)
        {
            await RequestRate.RefuseAsync(Context, lease: null);
            return;
        }
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        // RFC 6750: an error is named only where a token was sent.
        Response.Headers[HeaderNames.WWWAuthenticate] = ReadBearer(Request) is null ? "Bearer realm=\"swift\"" : "Bearer realm=\"swift\", error=\"invalid_token\"";
    }
}
