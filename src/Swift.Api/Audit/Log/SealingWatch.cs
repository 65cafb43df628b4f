using Marten;
using Npgsql;
using Swift.Api.Errors;

namespace Swift.Api.Audit.Log;

/// <summary>
/// Sees whether the log keeps up with the events. When the subscription has sealed nothing for <see cref="Patience"/> and
/// there is something to seal (nobody leads the daemon, or somebody changed the rows that say how far it is), this node seals
/// in its stead from where the log ends, and says so until the log grows without it.
/// </summary>
internal sealed class SealingWatch(IDocumentStore store, TimeProvider time, ILogger<SealingWatch> logger) : BackgroundService
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private long _size;
    private DateTimeOffset? _waitingSince;

    /// <summary>Why events are not sealed as they should be; null when they are.</summary>
    public string? Problem { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (NpgsqlException e) when (e.IsAway())
            {
                logger.LogDebug(e, "The database does not answer; whether all events are sealed is seen when it does");
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Report($"Events cannot be sealed: {e.Message}");
            }
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal async Task LookAsync(CancellationToken ct)
    {
        await using var connection = store.Storage.Database.CreateConnection();
        await connection.OpenAsync(ct);
        var (size, _) = await LogQueries.EndAsync(connection, ct);
        if (size != _size) (_size, _waitingSince, Problem) = (size, null, null);
        if (await LogQueries.IsSealedToTheEndAsync(connection, ct)) return;
        _waitingSince ??= time.GetUtcNow();
        if (time.GetUtcNow() - _waitingSince < Patience) return;
        _size = await LogSealer.SealAsync(connection, long.MaxValue, everything: false, ct);
        Report($"The subscription {SealEvents.Subscription} has sealed nothing since {_waitingSince:O}; this node seals in its stead. "
            + "Look for what the event daemon logged, and restart the nodes: the subscription then goes on from the end of the log.");
    }

    private void Report(string problem)
    {
        if (Problem != problem) logger.LogCritical("The audit log: {Problem}", problem);
        Problem = problem;
    }
}
