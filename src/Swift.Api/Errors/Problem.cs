using Microsoft.AspNetCore.WebUtilities;

namespace Swift.Api.Errors;

/// <summary>Problem details (RFC 9457) as every error of the API has them.</summary>
/// <param name="Type">Names the kind of problem: <c>urn:swift:problem:</c> and the code.</param>
/// <param name="Title">The status in words.</param>
/// <param name="Detail">What is wrong and what to do.</param>
/// <param name="Instance">The path that was asked for.</param>
/// <param name="Code">Stable, snake_case: what programs look at.</param>
/// <param name="TraceId">Finds the request in logs and traces.</param>
/// <param name="Errors">By field, what is wrong with it; null when the problem is not about fields.</param>
public sealed record Problem(
    string Type, string Title, int Status, string Detail, string? Instance, string Code, string? TraceId,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors)
{
    public const string MediaType = "application/problem+json";

    internal static Problem Of(int status, string code, string detail, IReadOnlyDictionary<string, IReadOnlyList<string>>? errors = null) =>
        new($"urn:swift:problem:{code}", ReasonPhrases.GetReasonPhrase(status), status, detail, null, code, null, errors);

    internal static Problem OfField(int status, string code, string field, string message) =>
        Of(status, code, $"{field}: {message}", new Dictionary<string, IReadOnlyList<string>> { [field] = [message] });
}
