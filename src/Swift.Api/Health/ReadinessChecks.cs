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
    private readonly Dictionary<string, (long Sequence, DateTimeOffset MovedAt)> _seen = [];
    private readonly Lock _lock = new();

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var statistics = await store.Advanced.FetchEventStoreStatistics(token: cancellationToken);
            var shards = await store.Advanced.AllProjectionProgress(token: cancellationToken);
            var stuck = Stuck(shards, statistics.EventSequenceNumber);
            if (stuck.Count > 0)
            {
                return HealthCheckResult.Unhealthy($"the daemon does not advance: {string.Join(", ", stuck)}");
            }
            return statistics.EventCount > 0 && shards.All(shard => shard.ShardName == ShardState.HighWaterMark)
                ? HealthCheckResult.Unhealthy("the daemon has not begun")
                : HealthCheckResult.Healthy("the daemon advances");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy("the event store does not answer", exception);
        }
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
