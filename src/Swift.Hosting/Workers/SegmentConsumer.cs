using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Swift.Contracts.Messages;
using Swift.Contracts.Workers;

namespace Swift.Hosting.Workers;

/// <summary>A consumer of one kind of command: only the work itself is left to write.</summary>
public abstract class SegmentConsumer<TCommand>(WorkerKind kind, IServiceProvider services) : IConsumer<TCommand>
    where TCommand : class, ISegmentCommand
{
    /// <summary>The worker that consumes.</summary>
    protected Worker Worker { get; } = services.GetRequiredKeyedService<Worker>(kind);

    public Task Consume(ConsumeContext<TCommand> context) =>
        services.GetRequiredService<SegmentRunner>().RunAsync(Worker, context, WorkAsync);

    /// <summary>Does the work and makes the answer. What it throws becomes the <see cref="SegmentFailed"/>.</summary>
    protected abstract Task<ISegmentReply> WorkAsync(SegmentWork<TCommand> segment);
}
