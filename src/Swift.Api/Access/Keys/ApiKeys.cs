using System.Security.Cryptography;
using System.Text;
using JasperFx;
using Marten;
using Npgsql;
using Swift.Api.Errors;
using Swift.Api.EventStore;
using Swift.Contracts.Events;
using Swift.Contracts.Rest;

namespace Swift.Api.Access.Keys;

/// <summary>The keys: handed out, looked up, revoked.</summary>
internal sealed class ApiKeys(IDocumentStore store, TimeProvider time)
{
    /// <summary>Makes a key. Its text is in the answer and nowhere else.</summary>
    /// <exception cref="ProblemException"><c>key_name_taken</c></exception>
    internal async Task<ApiKeyCreated> CreateAsync(CreateApiKey wanted, string actor, CancellationToken ct)
    {
        var secret = ApiKeySecret.New();
        var issued = new ApiKeyIssued(wanted.Name, [.. wanted.Roles.Distinct()], [.. (wanted.Scopes ?? []).Distinct()], ApiKeySecret.Hash(secret), wanted.ExpiresAt?.ToUniversalTime());
        var key = await IssueAsync(issued, actor, ct);
        return new ApiKeyCreated(secret, key.ToView(null, time.GetUtcNow()));
    }

    /// <summary>Makes a key known that somebody else chose; nothing happens if it is known already.</summary>
    internal async Task RegisterAsync(string secret, Func<string, ApiKeyIssued> issued, string actor, CancellationToken ct)
    {
        var hash = ApiKeySecret.Hash(secret);
        await using var session = store.QuerySession();
        if (await session.LoadAsync<ApiKey>(ApiKeySecret.StreamOf(hash), ct) is not null) return;
        try
        {
            await IssueAsync(issued(hash), actor, ct);
        }
        catch (ProblemException taken) when (taken.Code == "key_name_taken")
        {
            // Another node registered it at the same moment.
        }
    }

    /// <summary>The id that the key would have; whether there is such a key is another question.</summary>
    internal static Guid IdOf(string secret) => ApiKeySecret.StreamOf(ApiKeySecret.Hash(secret));

    /// <summary>The key that this text is, valid or not; null if it is none.</summary>
    internal async Task<ApiKey?> FindAsync(string secret, CancellationToken ct)
    {
        if (!ApiKeySecret.IsPlausible(secret)) return null;
        return await FindByHashAsync(ApiKeySecret.Hash(secret), ct);
    }

    /// <summary>The key with this hash, valid or not.</summary>
    internal async Task<ApiKey?> FindByHashAsync(string hash, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var key = await session.LoadAsync<ApiKey>(ApiKeySecret.StreamOf(hash), ct);
        return key is not null && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(key.SecretHash), Encoding.ASCII.GetBytes(hash)) ? key : null;
    }

    /// <summary>All keys by name, also those that are revoked.</summary>
    internal async Task<IReadOnlyList<ApiKeyView>> ListAsync(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var keys = await session.Query<ApiKey>().OrderBy(key => key.Name).ToListAsync(ct);
        var uses = (await session.Query<KeyUse>().ToListAsync(ct)).ToDictionary(use => use.Id, use => use.LastUsedAt);
        return [.. keys.Select(key => key.ToView(uses.TryGetValue(key.Id, out var at) ? at : null, time.GetUtcNow()))];
    }

    /// <summary>Refuses a key from now on. Revoking it again changes nothing.</summary>
    /// <exception cref="ProblemException"><c>key_not_found</c></exception>
    internal async Task<ApiKeyView> RevokeAsync(string name, string? reason, string actor, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        var found = await session.Query<ApiKey>().SingleOrDefaultAsync(key => key.Name == name, ct)
            ?? throw new ProblemException(StatusCodes.Status404NotFound, "key_not_found", "There is no key of this name; GET /v1/api-keys lists them.");
        var stream = await session.Events.FetchForWriting<ApiKey>(found.Id, ct);
        if (stream.Aggregate!.RevokedAt is null)
        {
            session.Stamp(actor, found.Id, null);
            stream.AppendOne(new ApiKeyRevoked(reason));
            await session.SaveChangesAsync(ct);
        }
        await using var query = store.QuerySession();
        var use = await query.LoadAsync<KeyUse>(found.Id, ct);
        return (await query.LoadAsync<ApiKey>(found.Id, ct))!.ToView(use?.LastUsedAt, time.GetUtcNow());
    }

    private async Task<ApiKey> IssueAsync(ApiKeyIssued issued, string actor, CancellationToken ct)
    {
        var id = ApiKeySecret.StreamOf(issued.SecretHash);
        await using var session = store.LightweightSession();
        session.Stamp(actor, id, null);
        session.Events.StartStream<ApiKey>(id, issued);
        try
        {
            await session.SaveChangesAsync(ct);
        }
        catch (Exception taken) when (taken is JasperFx.Events.ExistingStreamIdCollisionException or DocumentAlreadyExistsException || IsUniqueViolation(taken))
        {
            throw new ProblemException(
                StatusCodes.Status409Conflict, "key_name_taken", $"There is or was a key named {issued.Name}. Names are never used again, so that the history stays clear.");
        }
        return (await session.LoadAsync<ApiKey>(id, ct))!;
    }

    private static bool IsUniqueViolation(Exception problem) =>
        problem is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } || (problem.InnerException is { } inner && IsUniqueViolation(inner));
}
