using System.Net;
using System.Text;
using System.Text.Json;

namespace Swift.Cli.Api;

/// <summary>The API refused or failed. The message is its RFC 9457 problem details as text: what is wrong, then one line per field.</summary>
internal sealed class ApiProblem(HttpStatusCode status, string? code, string message) : Exception(message)
{
    public HttpStatusCode Status { get; } = status;

    /// <summary>Stable, snake_case: <c>experiment_not_found</c>. Null when something else than the API answered.</summary>
    public string? Code { get; } = code;

    /// <summary>The request itself was wrong, so the same again fails the same way.</summary>
    public bool IsWrongInput => Status is
        HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.RequestEntityTooLarge
        or HttpStatusCode.UnsupportedMediaType or HttpStatusCode.UnprocessableEntity;

    public static async Task<ApiProblem> ReadAsync(HttpResponseMessage answer)
    {
        var content = await answer.Content.ReadAsStringAsync();
        var number = (int)answer.StatusCode;
        if (Parse(content) is not { } problem)
            return new ApiProblem(answer.StatusCode, null, $"the API answered {number} {answer.ReasonPhrase}");

        StringBuilder text = new(Text(problem, "detail") ?? Text(problem, "title") ?? $"the API answered {number}");
        foreach (var (path, message) in FieldErrors(problem))
            text.Append($"\n  {path}: {message}");
        if (number >= 500 && Text(problem, "traceId") is { } trace)
            text.Append($"\n  trace: {trace}");
        return new ApiProblem(answer.StatusCode, Text(problem, "code"), text.ToString());
    }

    /// <summary>The member <c>errors</c>: a map from field to messages.</summary>
    private static IEnumerable<(string Path, string Message)> FieldErrors(JsonElement problem)
    {
        if (!problem.TryGetProperty("errors", out var errors) || errors.ValueKind != JsonValueKind.Object)
            yield break;
        foreach (var field in errors.EnumerateObject())
        {
            if (field.Value.ValueKind != JsonValueKind.Array)
                yield return (field.Name, field.Value.ToString());
            else
                foreach (var message in field.Value.EnumerateArray())
                    yield return (field.Name, message.ToString());
        }
    }

    private static string? Text(JsonElement problem, string member) =>
        problem.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement? Parse(string content)
    {
        try
        {
            var parsed = JsonSerializer.Deserialize<JsonElement>(content);
            return parsed.ValueKind == JsonValueKind.Object ? parsed : null;
        }
        catch (JsonException)
        {
            return null; // A proxy's page, or nothing.
        }
    }
}
