namespace Swift.Api.Errors;

/// <summary>A handler's refusal, answered with problem details.</summary>
/// <param name="status">HTTP status, 400 to 599.</param>
/// <param name="code">Stable, snake_case: what programs look at.</param>
/// <param name="detail">What is wrong and what to do.</param>
public sealed class ProblemException(int status, string code, string detail) : Exception(detail)
{
    public int Status { get; } = status;

    public string Code { get; } = code;
}
