using System.Buffers.Text;
using System.Text;
using Swift.Api.Errors;
using Swift.Api.Pipelines.Validation;

namespace Swift.Api.Pipelines.Registry;

/// <summary>Where a page of pipelines ended. Opaque to clients; a forged one is refused, or names another place in the same list.</summary>
internal static class PipelinePageToken
{
    private const string Prefix = "pipelines:";

    public static string Write(string lastName) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(Prefix + lastName));

    /// <exception cref="ProblemException"><c>bad_page_token</c></exception>
    public static string Read(string token)
    {
        Span<byte> bytes = stackalloc byte[256];
        if (token.Length <= 256 && Base64Url.IsValid(token) && Base64Url.TryDecodeFromChars(token, bytes, out var written))
        {
            var text = Encoding.ASCII.GetString(bytes[..written]);
            if (text.StartsWith(Prefix, StringComparison.Ordinal) && PipelineValidation.IsName(text[Prefix.Length..])) return text[Prefix.Length..];
        }
        throw new ProblemException(StatusCodes.Status400BadRequest, "bad_page_token", "pageToken is not one that this server gave out; leave it out to begin at the front.");
    }
}
