using MassTransit;
using Microsoft.Extensions.Logging;
using Swift.Contracts.Messages;
using Swift.Workers.Rollout.Serving;

namespace Swift.Workers.Rollout;

/// <summary>
/// Hears what an alias means, and lets what follows it answer with that model. What fails is tried again: the control plane repeats the
/// message as long as another model is served.
/// </summary>
internal sealed class FollowAliasConsumer(Deployments deployments, ILogger<FollowAliasConsumer> log) : IConsumer<AliasMoved>
{
    public async Task Consume(ConsumeContext<AliasMoved> context)
    {
        var (alias, model) = (context.Message.Alias, context.Message.Model);
        try
        {
            await deployments.FollowAsync(alias, model, context.CancellationToken);
        }
        catch (Exception failure) when (!context.CancellationToken.IsCancellationRequested)
        {
            log.LogError(failure, "{Alias} of {Registered} means {Model}, which cannot be served; the model before goes on answering.", alias.Alias, alias.ModelName, model.Digest);
        }
    }
}
