using Microsoft.AspNetCore.Authorization;

namespace Swift.Api.Access;

/// <summary>Asks for the role that the endpoint declares; what declares none is refused to everybody.</summary>
internal sealed class DeclaredRole : AuthorizationHandler<DeclaredRole>, IAuthorizationRequirement
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, DeclaredRole requirement)
    {
        if (context.Resource is not HttpContext http || http.User.Identity?.IsAuthenticated is not true)
        {
            return Task.CompletedTask;
        }
        // Not a route of ours: there is nothing here (404), or not with this method (405) or type (415), and it may be said.
        if (http.GetEndpoint() is not RouteEndpoint endpoint)
        {
            context.Succeed(requirement);
            return Task.CompletedTask;
        }
        var caller = Caller.Of(http.User);
        var area = ApiArea.Of(endpoint);
        if (endpoint.Metadata.GetMetadata<RequiredRole>() is { } required && caller.Has(required.Role) && (area is null || caller.Reaches(area)))
        {
            context.Succeed(requirement);
        }
        return Task.CompletedTask;
    }
}
