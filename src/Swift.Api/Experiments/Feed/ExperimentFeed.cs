using System.Collections.Concurrent;
using System.Threading.Channels;
using Marten;
using Marten.Services;
using Swift.Contracts.Messages;

namespace Swift.Api.Experiments.Feed;

/// <summary>
/// Wakes those who watch an experiment in this process: after a commit to its stream (then they read the stream), and
/// with the progress that workers broadcast. A missed wake-up costs a second, never an event: readers also poll.
/// </summary>
public sealed class ExperimentFeed : DocumentSessionListenerBase
{
    private readonly ConcurrentDictionary<Guid, ConcurrentDictionary<Guid, Channel<SegmentProgress?>>> _watchers = new();

    /// <summary>Starts watching; the channel carries progress, or null for "the stream has grown".</summary>
    public Watch Subscribe(Guid experiment)
    {
        var channel = Channel.CreateBounded<SegmentProgress?>(new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropOldest });
        var key = Guid.NewGuid();
        _watchers.GetOrAdd(experiment, _ => new())[key] = channel;
        return new Watch(channel.Reader, () =>
        {
            if (_watchers.TryGetValue(experiment, out var watchers) && watchers.TryRemove(key, out _) && watchers.IsEmpty)
            {
                _watchers.TryRemove(experiment, out _);
            }
        });
    }

    public void Progressed(SegmentProgress progress) => Signal(progress.Address.ExperimentId, progress);

    public override Task AfterCommitAsync(IDocumentSession session, IChangeSet commit, CancellationToken token)
    {
        foreach (var stream in commit.GetStreams())
        {
            Signal(stream.Id, null);
        }
        return Task.CompletedTask;
    }

    private void Signal(Guid experiment, SegmentProgress? progress)
    {
        if (_watchers.TryGetValue(experiment, out var watchers))
        {
            foreach (var channel in watchers.Values)
            {
                channel.Writer.TryWrite(progress);
            }
        }
    }
}

/// <summary>One watcher; dispose it to stop.</summary>
public sealed class Watch(ChannelReader<SegmentProgress?> reader, Action stop) : IDisposable
{
    public ChannelReader<SegmentProgress?> Reader { get; } = reader;

    public void Dispose() => stop();
}
