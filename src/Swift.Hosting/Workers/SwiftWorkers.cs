using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Swift.Contracts.Workers;
using Swift.Hosting.Bus;

namespace Swift.Hosting.Workers;

/// <summary>Registers what all workers share; each kind adds its consumers.</summary>
public static class SwiftWorkers
{
    /// <summary>Called by <c>AddTrainWorker</c> and its like, inside <c>AddSwiftBus</c>; once per kind in a process.</summary>
    /// <param name="settings">Of the process; the first kind's count for all. Null = defaults.</param>
    public static IBusRegistrationConfigurator AddSwiftWorker(this IBusRegistrationConfigurator bus, WorkerKind kind, WorkerSettings? settings)
    {
        if (bus.All(service => service.ServiceType != typeof(RunningSegments))) AddShared(bus, settings ?? new WorkerSettings());
        bus.AddKeyedSingleton<Worker>(kind, (services, _) => new Worker(kind, services.GetRequiredService<TimeProvider>()));
        bus.AddSingleton(services => services.GetRequiredKeyedService<Worker>(kind));
        return bus;
    }

    /// <summary>Adds a consumer of commands on the queue of its kind.</summary>
    public static IBusRegistrationConfigurator AddSegmentConsumer<TConsumer>(this IBusRegistrationConfigurator bus, string queue)
        where TConsumer : class, IConsumer
    {
        bus.AddConsumer<TConsumer>().Endpoint(endpoint => endpoint.Name = queue);
        return bus;
    }

    private static void AddShared(IBusRegistrationConfigurator bus, WorkerSettings settings)
    {
        bus.TryAddSingleton(TimeProvider.System);
        bus.AddSingleton(settings);
        bus.AddSingleton<RunningSegments>();
        bus.AddSingleton<AnsweredSegments>();
        bus.AddSingleton<ScratchFolders>();
        bus.AddSingleton<SegmentRunner>();
        bus.AddHostedService<Heartbeats>();
        bus.AddBroadcastConsumer<StopExperimentConsumer>();
    }
}
