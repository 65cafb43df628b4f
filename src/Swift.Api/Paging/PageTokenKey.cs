using System.Security.Cryptography;
using JasperFx;
using Marten;

namespace Swift.Api.Paging;

/// <summary>What page tokens are signed with: made once for a database, so that every node of the API knows the tokens of the others.</summary>
/// <param name="Id">There is one.</param>
public sealed record PageTokenKey(string Id, byte[] Secret)
{
    private const string Only = "page-tokens";
    private const int Bytes = 32;

    internal static async Task<PageTokenKey> LoadOrCreateAsync(IDocumentStore store, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        if (await session.LoadAsync<PageTokenKey>(Only, ct) is { } known) return known;
        PageTokenKey made = new(Only, RandomNumberGenerator.GetBytes(Bytes));
        session.Insert(made);
        try
        {
            await session.SaveChangesAsync(ct);
            return made;
        }
        catch (DocumentAlreadyExistsException)
        {
            // Another node was first.
            await using var again = store.QuerySession();
            return (await again.LoadAsync<PageTokenKey>(Only, ct))!;
        }
    }
}
