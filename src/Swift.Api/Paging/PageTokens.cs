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
public sealed class PageTokens(IDocumentStore store) : IHostedService
{
    private const int SignatureBytes = 16;
    private const int LongestToken = 1024;

    private byte[] _key = [];

    /// <summary>Before the first request.</summary>
    public async Task StartAsync(CancellationToken cancellationToken) => _key = (await PageTokenKey.LoadOrCreateAsync(store, cancellationToken)).Secret;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <param name="list">Which list, with its filters and order: the token is good for this alone.</param>
    /// <param name="position">Of the last entry of the page.</param>
    internal string Write(string list, string position) =>
        Base64Url.EncodeToString([.. Sign(list, position), .. Encoding.UTF8.GetBytes(position)]);

    /// <returns>The position that <see cref="Write"/> was given.</returns>
    /// <exception cref="ProblemException"><c>bad_page_token</c></exception>
    internal string Read(string list, string token)
    {
        if (token.Length <= LongestToken && Base64Url.IsValid(token) && Base64Url.DecodeFromChars(token) is { Length: > SignatureBytes } bytes)
        {
            var position = Encoding.UTF8.GetString(bytes.AsSpan(SignatureBytes));
            if (CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, SignatureBytes), Sign(list, position))) return position;
        }
        throw ProblemException.OfField(
            "bad_page_token", "pageToken", "Is not one that this server gave out for this list with these filters; leave it out to begin at the front.");
    }

    private ReadOnlySpan<byte> Sign(string list, string position) =>
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{list.Length}:{list}{position}")).AsSpan(0, SignatureBytes);
}
