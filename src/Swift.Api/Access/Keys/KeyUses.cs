using System.Collections.Concurrent;
using Marten;

namespace Swift.Api.Access.Keys;

/// <summary>When a key was last used, to the minute. Not an event: nobody decided anything.</summary>
/// <param name="Id">Of the key.</param>
public sealed record KeyUse(Guid Id, DateTimeOffset LastUsedAt);

/// <summary>Writes down that keys are used, at most once a minute each.</summary>
internal sealed class KeyUses(IDocumentStore store, TimeProvider time, ILogger<KeyUses> logger)
{
    private static readonly TimeSpan Resolution = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _written = new();

    /// <summary>Whether this key was used here lately; it may be revoked since.</summary>
    internal bool Knows(Guid key) => _written.ContainsKey(key);

    internal async Task RecordAsync(Guid key, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (_written.TryGetValue(key, out var last) && now - last < Resolution) return;
        _written[key] = now;
        try
        {
            await using var session = store.LightweightSession();
            session.Store(new KeyUse(key, now));
            await session.SaveChangesAsync(ct);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            // A note about the request must not fail the request.
            _written.TryRemove(key, out _);
            logger.LogWarning("The use of a key could not be written down: {Reason}", problem.Message);
        }
    }
}
