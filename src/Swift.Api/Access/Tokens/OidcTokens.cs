using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Swift.Api.Access.Keys;
using Swift.Contracts.Access;

namespace Swift.Api.Access.Tokens;

/// <summary>Bearer tokens of an OpenID Connect issuer: checked against the keys that it publishes, and turned into a <see cref="Caller"/>.</summary>
internal static class OidcTokens
{
    /// <summary>Chooses by what was shown.</summary>
    internal const string EitherScheme = "KeyOrToken";
    private const string TokenScheme = "Oidc";

    private const int LongestSubject = 200;

    /// <summary>Signatures that only the issuer can make. Neither <c>none</c>, nor HMAC, whose key could be the issuer's public one.</summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    internal static AuthenticationBuilder AddOidcTokens(this AuthenticationBuilder authentication, OidcSettings settings)
    {
        authentication.AddPolicyScheme(EitherScheme, null, either => either.ForwardDefaultSelector = http => IsToken(http) ? TokenScheme : ApiKeyAuthentication.SchemeName);
        // What AddJwtBearer does, without the settings from files that it asks for: everything is said here.
        authentication.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<JwtBearerOptions>, JwtBearerPostConfigureOptions>());
        return authentication.AddScheme<JwtBearerOptions, JwtBearerHandler>(TokenScheme, token =>
        {
            token.Authority = settings.Authority.ToString().TrimEnd('/');
            token.RequireHttpsMetadata = !settings.Authority.IsLoopback;
            token.MapInboundClaims = false;
            token.TokenValidationParameters = new TokenValidationParameters
            {
                ValidAudience = settings.Audience,
                ValidAlgorithms = Algorithms,
                RequireSignedTokens = true,
                RequireExpirationTime = true,
                ClockSkew = TimeSpan.FromMinutes(1),
            };
            token.Events = new JwtBearerEvents
            {
                OnTokenValidated = context => Accept(context, settings),
                OnAuthenticationFailed = context =>
                {
                    context.HttpContext.Features.Set(new RefusedCredential(ReasonOf(context.Exception)));
                    return Task.CompletedTask;
                },
            };
        });
    }

    /// <summary>Three parts with dots between; a key of this server has none.</summary>
    private static bool IsToken(HttpContext http) => ApiKeyAuthentication.ReadBearer(http.Request)?.Count(c => c == '.') == 2;

    private static Task Accept(TokenValidatedContext context, OidcSettings settings)
    {
        var user = context.Principal!;
        if (user.FindFirst("sub")?.Value is not { Length: > 0 and <= LongestSubject } subject || subject.Any(char.IsControl))
        {
            context.HttpContext.Features.Set(new RefusedCredential("The token has no usable sub, so nobody would know who it was."));
            context.Fail("sub");
            return Task.CompletedTask;
        }
        Role[] roles = [.. user.FindAll(settings.RoleClaim).Select(claim => RoleOf(claim, settings)).OfType<Role>().Distinct()];
        context.Principal = new Caller($"user/{subject}", roles, []).ToPrincipal(TokenScheme);
        return Task.CompletedTask;
    }

    private static Role? RoleOf(Claim claim, OidcSettings settings) => settings.Roles is { } names
        ? names.TryGetValue(claim.Value, out var named) ? named : null
        : Roles.TryRead(claim.Value, out var role) ? role : null;

    private static string ReasonOf(Exception refused) => refused switch
    {
        SecurityTokenExpiredException => "The token has expired.",
        SecurityTokenNotYetValidException => "The token is not valid yet.",
        SecurityTokenInvalidAudienceException => "The token was made for another audience.",
        SecurityTokenInvalidIssuerException => "The token is of another issuer.",
        // What the discovery document and the keys come through.
        InvalidOperationException => "The token cannot be checked now: its issuer does not answer.",
        _ => "The token's signature or form is not good.",
    };
}
