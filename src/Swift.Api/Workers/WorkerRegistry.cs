using System.Collections.Concurrent;
using MassTransit;
using Swift.Api.Experiments.Recovery;
using Swift.Api.Registry.Following;
using Swift.Contracts.Messages;
using Swift.Contracts.Rest;
using Swift.Contracts.Workers;

namespace Swift.Api.Workers;

/// <summary>Workers and running segments that this process has heard of lately. Never the truth: only who is alive.</summary>
public sealed class WorkerRegistry(TimeProvider time, RecoverySettings recovery)
{
    /// <summary>A worker that was silent for longer counts as gone.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    /// <summary>Progress from before says no more than none at all: the segment was sent again, or is over, long since.</summary>
    private readonly TimeSpan _forgotten = 10 * (recovery.Running > recovery.Waiting ? recovery.Running : recovery.Waiting);

    private readonly ConcurrentDictionary<Guid, WorkerView> _workers = new();
    private readonly ConcurrentDictionary<(Guid Experiment, int Stage, string Segment), DateTimeOffset> _progress = new();

    public IReadOnlyList<WorkerView> Alive()
    {
        var now = time.GetUtcNow();
        foreach (var last in _progress)
        {
            // Not by its key: it may show life just now.
            if (now - last.Value > _forgotten) _progress.TryRemove(last);
        }
        var limit = now - Silence;
        foreach (var (instance, worker) in _workers)
        {
            if (worker.LastSeenAt < limit - Silence)
            {
                _workers.TryRemove(instance, out _);
            }
        }
        return [.. _workers.Values.Where(worker => worker.LastSeenAt >= limit).OrderBy(worker => worker.Worker.Kind).ThenBy(worker => worker.StartedAt)];
    }

    /// <summary>When the segment last showed life here; null when never.</summary>
    public DateTimeOffset? LastProgress(Guid experiment, int stage, string segment) =>
        _progress.TryGetValue((experiment, stage, segment), out var at) ? at : null;

    public void Seen(WorkerHeartbeat heartbeat) => _workers[heartbeat.Worker.Instance] =
        new WorkerView(heartbeat.Worker, heartbeat.StartedAt, time.GetUtcNow(), heartbeat.Segment, heartbeat.ServingEndpoint, heartbeat.Serving);

    public void Seen(SegmentProgress progress) =>
        _progress[(progress.Address.ExperimentId, progress.Address.Stage, progress.Address.Segment)] = time.GetUtcNow();
}

/// <summary>Listens to what workers broadcast.</summary>
internal sealed class WorkerListener(WorkerRegistry workers, Experiments.Feed.ExperimentFeed feed, FollowedAliases aliases)
    : IConsumer<WorkerHeartbeat>, IConsumer<SegmentProgress>
{
    public async Task Consume(ConsumeContext<WorkerHeartbeat> context)
    {
        workers.Seen(context.Message);
        foreach (var moved in await aliases.MovedAsync(context.Message, context.CancellationToken))
        {
            await context.Publish(moved, context.CancellationToken);
        }
    }

    public Task Consume(ConsumeContext<SegmentProgress> context)
    {
        workers.Seen(context.Message);
        feed.Progressed(context.Message);
        return Task.CompletedTask;
    }
}
