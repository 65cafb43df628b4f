using Microsoft.AspNetCore.Http.HttpResults;
using Swift.Api.Errors;
using Swift.Api.EventStore;
using Swift.Api.Pipelines.Validation;
using Swift.Contracts.Access;
using Swift.Contracts.Rest;

namespace Swift.Api.Access.Keys;

/// <summary>Routes of <c>/v1/api-keys</c>.</summary>
internal static class ApiKeyEndpoints
{
    internal static void MapApiKeys(this RouteGroupBuilder v1)
    {
        var keys = v1.MapGroup("/api-keys").RequireRole(Role.Auditor, Role.Admin).WithTags("Access");
        keys.MapPost("", Create).WithName("CreateApiKey").WithSummary("Makes a key; it is shown this once.");
        keys.MapGet("", async (ApiKeys all, CancellationToken ct) => TypedResults.Ok(new Page<ApiKeyView>(await all.ListAsync(ct), null)))
            .WithName("ListApiKeys").WithSummary("All keys by name, with their last use; never the keys themselves.");
        keys.MapPost("/{name}:revoke", Revoke).WithName("RevokeApiKey").WithSummary("Refuses a key from now on.");
    }

    private static async Task<Created<ApiKeyCreated>> Create(
        CreateApiKey body, ApiKeys keys, EndpointDataSource endpoints, TimeProvider time, HttpContext http, CancellationToken ct)
    {
        if (body.Name is null || !PipelineValidation.IsName(body.Name)) throw ProblemException.OfField("invalid_key", "name", "Lower-case letters, digits, '-', '_' and '.', beginning with a letter or digit.");
        if (body.Roles is not { Count: > 0 }) throw ProblemException.OfField("invalid_key", "roles", $"At least one of {string.Join(", ", Enum.GetValues<Role>().Select(Roles.Write))}.");
        if (body.ExpiresAt <= time.GetUtcNow()) throw ProblemException.OfField("invalid_key", "expires_at", "Lies in the past.");
        var areas = ApiArea.All(endpoints);
        foreach (var scope in body.Scopes ?? [])
        {
            if (!areas.Contains(scope)) throw ProblemException.OfField("invalid_key", "scopes", $"\"{scope}\" is no area of the API; these are: {string.Join(", ", areas)}.");
        }
        if (Caller.Of(http.User) is { Scopes: { Count: > 0 } held } && (body.Scopes is not { Count: > 0 } wanted || wanted.Except(held).Any()))
        {
            throw new ProblemException(
                StatusCodes.Status403Forbidden, "scope_exceeded", $"Your key is limited to {string.Join(", ", held)}: a key that it makes needs scopes, and none beyond these.");
        }
        http.Response.Headers.CacheControl = "no-store";
        var created = await keys.CreateAsync(body, http.Actor(), ct);
        return TypedResults.Created($"/v1/api-keys/{created.View.Name}", created);
    }

    private static async Task<Ok<ApiKeyView>> Revoke(string name, RevokeApiKey? body, ApiKeys keys, HttpContext http, CancellationToken ct) =>
        TypedResults.Ok(await keys.RevokeAsync(name, body?.Reason, http.Actor(), ct));
}
