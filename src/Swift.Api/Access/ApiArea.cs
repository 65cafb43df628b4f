
namespace Swift.Api.Access;

/// <summary>The part of the API that a route belongs to, which scopes of keys name: <c>experiments</c> of <c>/v1/experiments/{id}:cancel</c>.</summary>
internal static class ApiArea
{
    private const string Prefix = "/v1/";

    /// <summary>Null outside of <c>/v1</c>.</summary>
    internal static string? Of(RouteEndpoint endpoint)
    {
        var pattern = '/' + endpoint.RoutePattern.RawText?.TrimStart('/');
        return pattern.StartsWith(Prefix, StringComparison.Ordinal) ? pattern[Prefix.Length..].Split('/', ':')[0] : null;
    }

    internal static IReadOnlyList<string> All(EndpointDataSource endpoints) =>
        [.. endpoints.Endpoints.OfType<RouteEndpoint>().Select(Of).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
}
