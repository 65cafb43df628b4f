using System.Text;
using Microsoft.Net.Http.Headers;
using Swift.Api.Errors;
using Swift.Api.Pipelines.Reading;

namespace Swift.Api.Pipelines.Registry;

/// <summary>The body of a request that carries a specification, as text.</summary>
internal static class SpecificationBody
{
    public const string Json = "application/json";

    /// <summary>RFC 9512, and what was written before it.</summary>
    public static readonly string[] Yaml = ["application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"];

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="ProblemException"><c>unsupported_media_type</c>, <c>body_too_large</c>, <c>bad_encoding</c></exception>
    public static async Task<(string Text, SpecificationFormat Format)> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        var format = FormatOf(request.ContentType);
        // A character is at most 3 bytes in UTF-8 for each UTF-16 unit.
        const int limit = SpecificationLimits.Characters * 3;
        if (request.ContentLength > limit) throw TooLarge();

        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await request.Body.ReadAsync(buffer, ct)) > 0;)
        {
            body.Write(buffer, 0, read);
            if (body.Length > limit) throw TooLarge();
        }
        try
        {
            return (StrictUtf8.GetString(body.GetBuffer(), 0, (int)body.Length).TrimStart('\uFEFF'), format);
        }
        catch (DecoderFallbackException)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "bad_encoding", "The body is not UTF-8.");
        }
    }

    private static SpecificationFormat FormatOf(string? contentType)
    {
        if (MediaTypeHeaderValue.TryParse(contentType, out var type))
        {
            if (Yaml.Any(yaml => type.MediaType.Equals(yaml, StringComparison.OrdinalIgnoreCase))) return SpecificationFormat.Yaml;
            if (type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase)) return SpecificationFormat.Json;
        }
        throw new ProblemException(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send the pipeline as Content-Type: application/json or application/yaml.");
    }

    private static ProblemException TooLarge() =>
        new(StatusCodes.Status413PayloadTooLarge, "body_too_large", $"A specification has at most {SpecificationLimits.Characters} characters.");
}
