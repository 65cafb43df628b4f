using Swift.Api.Errors;
using Swift.Contracts.Access;

namespace Swift.Api.Access;

/// <summary>What somebody is told who may not, so that they know what to ask for.</summary>
internal static class AccessProblem
{
    private const string How = "Send a key as Authorization: Bearer KEY; the command line takes it from --api-key or SWIFT_API_KEY.";

    internal static Problem Unauthenticated(HttpContext http)
    {
        return Problem.Of(StatusCodes.Status401Unauthorized, "unauthenticated", http.Features.Get<RefusedCredential>() is { } refused ? $"{refused.Reason} {How}" : How);
    }

    internal static Problem Forbidden(HttpContext http)
    {
        var endpoint = http.GetEndpoint() as RouteEndpoint;
        var caller = Caller.Of(http.User);
        var required = endpoint?.Metadata.GetMetadata<RequiredRole>()?.Role ?? Role.Admin;
        var detail = caller.Has(required) && endpoint is not null
            ? $"{caller.Actor} is limited to {string.Join(", ", caller.Scopes)}; this is {ApiArea.Of(endpoint)}."
            : $"This needs the role {Roles.Write(required)}; {caller.Actor} has {(caller.Roles.Count == 0 ? "none" : string.Join(", ", caller.Roles.Select(Roles.Write)))}.";
        return Problem.Of(StatusCodes.Status403Forbidden, "forbidden", detail);
    }
}

/// <summary>Why what was shown is not good; set on the request by whoever looked at it.</summary>
internal sealed record RefusedCredential(string Reason);
