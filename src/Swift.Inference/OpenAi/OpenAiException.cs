namespace Swift.Inference.OpenAi;

/// <summary>A request that is answered with an error body of OpenAI's form.</summary>
/// <param name="parameter">Field of the request at fault, <c>messages[0].content</c>.</param>
internal sealed class OpenAiException(int status, string type, string message, string? parameter, string? code) : Exception(message)
{
    public int Status { get; } = status;

    public ErrorResponse Body { get; } = new(new ErrorBody(message, type) { Param = parameter, Code = code });

    public static OpenAiException BadParameter(string parameter, string message, string code = "invalid_value") =>
        new(400, "invalid_request_error", message, parameter, code);

    public static OpenAiException UnknownModel(string model, IEnumerable<string> served) => new(
        404, "invalid_request_error",
        $"The model '{model}' is not served here. Served now: {string.Join(", ", served.DefaultIfEmpty("none"))}.",
        "model", "model_not_found");
}
