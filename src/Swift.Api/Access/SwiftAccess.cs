using JasperFx.Events.Projections;
using Marten;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Swift.Api.Access.Keys;
using Swift.Api.Access.Tokens;
using Swift.Contracts.Access;
using Swift.Contracts.Events;
using Swift.Contracts.Rest;

namespace Swift.Api.Access;

/// <summary>Who may do what: authentication by key or token, and authorization that denies what no endpoint declares. See docs/access.md.</summary>
internal static class SwiftAccess
{
    internal static IServiceCollection AddSwiftAccess(this IServiceCollection services, AccessSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<KeyUses>();
        services.AddHostedService<AdminKeyRegistration>();
        // Without the data protection that AddAuthentication brings: there are no cookies, and it keeps keys of its own in the user's home.
        services.AddAuthenticationCore(options => options.DefaultScheme = settings.Oidc is null ? ApiKeyAuthentication.SchemeName : OidcTokens.EitherScheme);
        services.AddWebEncoders();
        var authentication = new AuthenticationBuilder(services).AddScheme<AuthenticationSchemeOptions, ApiKeyAuthentication>(ApiKeyAuthentication.SchemeName, null);
        if (settings.Oidc is { } oidc) authentication.AddOidcTokens(oidc);
        var policy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(new DeclaredRole()).Build();
        services.AddAuthorizationBuilder().SetDefaultPolicy(policy).SetFallbackPolicy(policy);
        services.ConfigureMarten(options =>
        {
            options.Events.MapEventType<ApiKeyIssued>("api_key_issued.v1");
            options.Events.MapEventType<ApiKeyRevoked>("api_key_revoked.v1");
            options.Projections.Add<ApiKeyProjection>(ProjectionLifecycle.Inline);
            options.Schema.For<ApiKey>().UniqueIndex(key => key.Name);
        });
        return services;
    }

    internal static void MapAccess(this RouteGroupBuilder v1)
    {
        v1.MapApiKeys();
        v1.MapGet("/caller", (HttpContext http) =>
            {
                var caller = Caller.Of(http.User);
                return TypedResults.Ok(new CallerView(caller.Actor, caller.Roles, caller.Scopes));
            })
            .RequireRole(Role.Viewer).WithTags("Access").WithName("GetCaller").WithSummary("Who the server takes the caller for.");
    }
}
