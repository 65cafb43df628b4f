using JasperFx.Events.Projections;
using Marten;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Swift.Api.Workers;
using Swift.Contracts.Workers;

namespace Swift.Api.Health;

/// <summary>Ready needs a worker of each kind that was heard of lately.</summary>
internal sealed class WorkersCheck(WorkerRegistry workers) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var alive = workers.Alive().Select(worker => worker.Worker.Kind).ToHashSet();
        var missing = Enum.GetValues<WorkerKind>().Where(kind => !alive.Contains(kind)).ToList();
        return Task.FromResult(missing.Count == 0
            ? HealthCheckResult.Healthy("a worker of each kind was seen")
            : HealthCheckResult.Unhealthy($"no worker of the kind {string.Join(", ", missing).ToLowerInvariant()} was seen"));
    }
}

/// <summary>
/// Ready needs a database that answers and a daemon that moves: a shard that lags and has not moved for
/// <see cref="Patience"/> is stuck, whatever the daemon says of itself.
/// </summary>
internal sealed class EventStoreCheck(IDocumentStore store, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Anybody may ask, as often as they like; the database is asked this often at most.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private (DateTimeOffset At, Task<HealthCheckResult> Result)? _latest;
    private readonly Dictionary<string, (long Sequence, DateTimeOffset MovedAt)> _seen = [];
    private readonly Lock _lock = new();

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_latest is not { } latest || (latest.Result.IsCompleted && now - latest.At > Fresh))
            {
                _latest = latest = (now, Task.Run(AskAsync, CancellationToken.None));
            }
            return latest.Result.WaitAsync(cancellationToken);
        }
    }

    /// <summary>On behalf of everybody who waits for it, so that nobody's leaving ends it.</summary>
    private async Task<HealthCheckResult> AskAsync()
    {
        try
        {
            var newest = await NewestAsync();
            var shards = await store.Advanced.AllProjectionProgress();
            var stuck = Stuck(shards, newest);
            if (stuck.Count > 0)
            {
                return HealthCheckResult.Unhealthy($"the daemon does not advance: {string.Join(", ", stuck)}");
            }
            return newest > 0 && shards.All(shard => shard.ShardName == ShardState.HighWaterMark)
                ? HealthCheckResult.Unhealthy("the daemon has not begun")
                : HealthCheckResult.Healthy("the daemon advances");
        }
        catch (Exception exception)
        {
            return HealthCheckResult.Unhealthy("the event store does not answer", exception);
        }
    }

    /// <summary>The highest number that an event was given; 0 as long as there is none. To count them would take seconds where there are millions.</summary>
    private async Task<long> NewestAsync()
    {
        await using var session = store.QuerySession();
        return (await session.AdvancedSql.QueryAsync<long>($"select case when is_called then last_value else 0 end from {store.Options.Events.DatabaseSchemaName}.mt_events_sequence", CancellationToken.None)).Single();
    }

    private List<string> Stuck(IReadOnlyList<ShardState> shards, long newest)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var stuck = new List<string>();
            foreach (var shard in shards)
            {
                if (!_seen.TryGetValue(shard.ShardName, out var seen) || seen.Sequence != shard.Sequence || shard.Sequence >= newest)
                {
                    _seen[shard.ShardName] = (shard.Sequence, now);
                }
                else if (now - seen.MovedAt > Patience)
                {
                    stuck.Add(shard.ShardName);
                }
            }
            return stuck;
        }
    }
}
