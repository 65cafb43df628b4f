using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Marten;
using Swift.Api.Errors;

namespace Swift.Api.Paging;

/// <summary>
/// Where a page of a list ended. Opaque to clients and signed: what this server did not give out, or gave out for another
/// list or other filters, is refused, so a position never has to be suspected.
/// </summary>
public sealed class PageTokens(IDocumentStore store)
{
    private const int SignatureBytes = 16;
    private const int LongestToken = 1024;

    private byte[]? _key;

    /// <param name="list">Which list, with its filters and order: the token is good for this alone.</param>
    /// <param name="position">Of the last entry of the page.</param>
    internal async Task<string> WriteAsync(string list, string position, CancellationToken ct) =>
        Base64Url.EncodeToString([.. await SignAsync(list, position, ct), .. Encoding.UTF8.GetBytes(position)]);

    /// <returns>The position that <see cref="WriteAsync"/> was given.</returns>
    /// <exception cref="ProblemException"><c>bad_page_token</c></exception>
    internal async Task<string> ReadAsync(string list, string token, CancellationToken ct)
    {
        if (token.Length <= LongestToken && Base64Url.IsValid(token) && Base64Url.DecodeFromChars(token) is { Length: > SignatureBytes } bytes)
        {
            var position = Encoding.UTF8.GetString(bytes.AsSpan(SignatureBytes));
            var signature = await SignAsync(list, position, ct);
            if (CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, SignatureBytes), signature)) return position;
        }
        throw ProblemException.OfField(
            "bad_page_token", "pageToken", "Is not one that this server gave out for this list with these filters; leave it out to begin at the front.");
    }

    private async ValueTask<byte[]> SignAsync(string list, string position, CancellationToken ct)
    {
        _key ??= (await PageTokenKey.LoadOrCreateAsync(store, ct)).Secret;
        return HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{list.Length}:{list}{position}"))[..SignatureBytes];
    }
}
