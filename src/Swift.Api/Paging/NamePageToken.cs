using System.Buffers.Text;
using System.Text;
using Swift.Api.Errors;
using Swift.Api.Pipelines.Validation;

namespace Swift.Api.Paging;

/// <summary>Where a page of a list ordered by name ended. Opaque to clients; a forged one is refused, or names another place in the same list.</summary>
internal static class NamePageToken
{
    public static string Write(string list, string lastName) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes($"{list}:{lastName}"));

    /// <param name="list">Whose token it must be: <c>pipelines</c>.</param>
    /// <exception cref="ProblemException"><c>bad_page_token</c></exception>
    public static string Read(string list, string token)
    {
        Span<byte> bytes = stackalloc byte[256];
        if (token.Length <= 256 && Base64Url.IsValid(token) && Base64Url.TryDecodeFromChars(token, bytes, out var written))
        {
            var text = Encoding.ASCII.GetString(bytes[..written]);
            if (text.StartsWith(list + ":", StringComparison.Ordinal) && PipelineValidation.IsName(text[(list.Length + 1)..])) return text[(list.Length + 1)..];
        }
        throw new ProblemException(StatusCodes.Status400BadRequest, "bad_page_token", "pageToken is not one that this server gave out; leave it out to begin at the front.");
    }

    /// <exception cref="ProblemException"><c>bad_page_size</c></exception>
    public static int Size(int? pageSize)
    {
        const int most = 200;
        return pageSize is null or (>= 1 and <= most)
            ? pageSize ?? 50
            : throw new ProblemException(StatusCodes.Status400BadRequest, "bad_page_size", $"pageSize is 1 to {most}.");
    }
}
