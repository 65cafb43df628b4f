namespace Swift.Api.Errors;

/// <summary>A handler's refusal, answered with problem details.</summary>
/// <param name="status">HTTP status, 400 to 599.</param>
/// <param name="code">Stable, snake_case: what programs look at.</param>
/// <param name="detail">What is wrong and what to do.</param>
public sealed class ProblemException(int status, string code, string detail) : Exception(detail)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    /// <summary>The field or parameter that is wrong; null when the refusal is not about one.</summary>
    public string? Field { get; private init; }

    /// <summary>400: a field or parameter is wrong.</summary>
    /// <param name="message">A sentence about the field without its name: "Lies in the past."</param>
    public static ProblemException OfField(string code, string field, string message) =>
        new(StatusCodes.Status400BadRequest, code, message) { Field = field };
}
