using System.Text.Json;
using System.Text.RegularExpressions;

namespace Swift.Api.Errors;

/// <summary>What ASP.NET refused to bind → the field, and what is wrong with it, without the names of .NET types.</summary>
internal static partial class RequestProblem
{
    public static Problem Of(BadHttpRequestException request)
    {
        if (request.StatusCode == StatusCodes.Status415UnsupportedMediaType)
            return Problem.Of(request.StatusCode, "unsupported_media_type", "The body must be JSON: send Content-Type: application/json.");
        if (request.InnerException is JsonException json) return Body(json);

        if (Unbound().Match(request.Message) is { Success: true } unbound)
            return Problem.OfField(StatusCodes.Status400BadRequest, "invalid_parameter", unbound.Groups["field"].Value, $"\"{unbound.Groups["value"].Value}\" cannot be read; its type is another.");
        if (Missing().Match(request.Message) is { Success: true } missing)
            return Problem.OfField(StatusCodes.Status400BadRequest, "missing_parameter", missing.Groups["field"].Value, "Missing.");
        return Problem.Of(request.StatusCode, "bad_request", "The request cannot be read as HTTP or its body is missing.");
    }

    public static Problem UnsupportedMediaType(HttpRequest request) => Problem.Of(
        StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type",
        request.ContentType is null ? "The body has no Content-Type: send application/json." : $"{request.Path} does not read that Content-Type: send application/json, or one that GET /openapi/v1.json lists for it.");

    private static Problem Body(JsonException json)
    {
        var field = json.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : "$";
        var place = json.LineNumber is { } line ? $" (line {line + 1}, column {json.BytePositionInLine + 1})" : "";

        if (Unmapped().Match(json.Message) is { Success: true } unmapped)
            return Problem.OfField(StatusCodes.Status400BadRequest, "unknown_field", unmapped.Groups["field"].Value, "Unknown field; remove it.");
        if (RequiredLeftOut().Match(json.Message) is { Success: true } required)
            return Problem.OfField(StatusCodes.Status400BadRequest, "missing_field", required.Groups["field"].Value, "Missing.");
        if (json.Message.Contains("could not be converted", StringComparison.Ordinal) || json.Message.Contains("doesn't allow null", StringComparison.Ordinal))
            return Problem.OfField(StatusCodes.Status400BadRequest, "wrong_type", field, $"Has a type that is not allowed here{place}.");
        return Problem.OfField(StatusCodes.Status400BadRequest, "invalid_json", field, $"Not valid JSON{place}.");
    }

    [GeneratedRegex("""^Failed to bind parameter "[^"]* (?<field>[^" ]+)" from "(?<value>.*)"\.$""", RegexOptions.Singleline)]
    private static partial Regex Unbound();

    [GeneratedRegex("""^(Required parameter "[^"]* (?<field>[^" ]+)" was not provided|Implicit body inferred for parameter "(?<field>[^"]+)")""")]
    private static partial Regex Missing();

    [GeneratedRegex("""^The JSON property '(?<field>[^']*)' could not be mapped""")]
    private static partial Regex Unmapped();

    [GeneratedRegex("""missing required properties including: '(?<field>[^']*)'""")]
    private static partial Regex RequiredLeftOut();
}
