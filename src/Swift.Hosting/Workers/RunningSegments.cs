using System.Collections.Concurrent;
using MassTransit;
using Swift.Contracts.Messages;

namespace Swift.Hosting.Workers;

/// <summary>The segments that run in this process, so that a cancelled experiment's can be stopped.</summary>
public sealed class RunningSegments
{
    private readonly ConcurrentDictionary<CancellationTokenSource, Guid> _running = new();

    /// <summary>Asks the segments of an experiment to stop.</summary>
    public void Stop(Guid experimentId)
    {
        foreach (var (source, experiment) in _running)
            if (experiment == experimentId)
                source.Cancel();
    }

    /// <summary>Enters a segment; cancelled by <see cref="Stop"/>. Leave with <see cref="Leave"/>.</summary>
    internal CancellationTokenSource Enter(Guid experimentId)
    {
        var source = new CancellationTokenSource();
        _running[source] = experimentId;
        return source;
    }

    /// <summary>The source is not disposed: somebody may be cancelling it just now, and it holds nothing.</summary>
    internal void Leave(CancellationTokenSource source) => _running.TryRemove(source, out _);
}

/// <summary>Hears that an experiment was cancelled.</summary>
internal sealed class StopExperimentConsumer(RunningSegments running) : IConsumer<StopExperiment>
{
    public Task Consume(ConsumeContext<StopExperiment> context)
    {
        running.Stop(context.Message.ExperimentId);
        return Task.CompletedTask;
    }
}
