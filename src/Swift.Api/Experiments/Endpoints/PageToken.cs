using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Swift.Api.Errors;

namespace Swift.Api.Experiments.Endpoints;

/// <summary>Where a page of experiments ended. Opaque to clients; a forged one can only name another place in the same list.</summary>
internal static class PageToken
{
    internal static string Write(DateTimeOffset submittedAt, Guid id) => Base64Url.EncodeToString(
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{submittedAt.UtcTicks}.{id:N}")));

    internal static (DateTimeOffset SubmittedAt, Guid Id) Read(string token)
    {
        Span<byte> bytes = stackalloc byte[128];
        if (token.Length <= 128
            && Base64Url.DecodeFromChars(token, bytes, out _, out var written) == OperationStatus.Done
            && Encoding.ASCII.GetString(bytes[..written]).Split('.') is [var ticks, var id]
            && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var utcTicks)
            && utcTicks <= DateTimeOffset.MaxValue.UtcTicks
            && Guid.TryParseExact(id, "N", out var guid))
        {
            return (new DateTimeOffset(utcTicks, TimeSpan.Zero), guid);
        }
        throw new ProblemException(StatusCodes.Status400BadRequest, "bad_page_token", "pageToken is not one that this server gave out.");
    }
}
