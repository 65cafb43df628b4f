using MassTransit;
using Swift.Contracts.Messages;
using Swift.Workers.Rollout.Serving;

namespace Swift.Workers.Rollout;

/// <summary>
/// Hears what an alias means, and lets what follows it answer with that model. The control plane repeats the message as long as another
/// model is served; when what failed is tried again is for <see cref="Deployments"/> to say.
/// </summary>
internal sealed class FollowAliasConsumer(Deployments deployments) : IConsumer<AliasMoved>
{
    public Task Consume(ConsumeContext<AliasMoved> context) =>
        deployments.FollowAsync(context.Message.Alias, context.Message.Model, context.CancellationToken);
}
