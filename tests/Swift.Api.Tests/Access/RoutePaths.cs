using Microsoft.AspNetCore.Routing.Patterns;

namespace Swift.Api.Tests.Access;

/// <summary>Paths to ask an endpoint at, for tests that walk all of them.</summary>
internal static class RoutePaths
{
    /// <summary>A path of the pattern: ids of nothing, the number 1, and this name wherever a name is expected.</summary>
    internal static string Of(RoutePattern pattern, string name) => string.Concat(pattern.PathSegments.Select(segment => '/' + string.Concat(segment.Parts.Select(part => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        RoutePatternParameterPart parameter => IsName(parameter) ? name : IsId(parameter) ? Guid.NewGuid().ToString() : "1",
        _ => throw new InvalidOperationException(part.ToString()),
    }))));

    internal static bool IsName(RoutePatternParameterPart parameter) => !parameter.ParameterPolicies.Any(policy => policy.Content is "guid" or "int" or "long");

    private static bool IsId(RoutePatternParameterPart parameter) => parameter.ParameterPolicies.Any(policy => policy.Content == "guid");
}
