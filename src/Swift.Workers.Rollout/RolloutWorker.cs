using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Swift.Contracts.Workers;
using Swift.Hosting.Bus;
using Swift.Hosting.Workers;
using Swift.Models.Native;
using Swift.Workers.Rollout.Serving;

namespace Swift.Workers.Rollout;

/// <summary>The worker that completes prompts: for the policy loop, and for everybody behind the OpenAI-compatible endpoints.</summary>
public static class RolloutWorker
{
    /// <summary>Registers the worker, alone or beside others, inside <c>AddSwiftBus</c>; the host adds the artifact store. Loads libtorch now, so that a machine that cannot is told at once.</summary>
    public static void AddRolloutWorker(this IBusRegistrationConfigurator bus, WorkerSettings? settings = null)
    {
        TorchLibrary.Load();
        bus.AddSwiftWorker(WorkerKind.Rollout, settings)
            .AddSegmentConsumer<GenerateRolloutsConsumer>(QueueNames.Rollout)
            .AddSegmentConsumer<DeployModelConsumer>(QueueNames.Rollout);
        bus.AddSingleton<PolicyFolder>();
        bus.AddSingleton<ModelServer>();
        bus.AddSingleton<KeptDeployments>();
        bus.AddSingleton<Deployments>();
        bus.AddHostedService<RestoreDeployments>();
        bus.AddBroadcastConsumer<FollowAliasConsumer>();
    }
}
