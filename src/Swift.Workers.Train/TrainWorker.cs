using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Swift.Contracts.Workers;
using Swift.Hosting.Bus;
using Swift.Hosting.Workers;
using Swift.Models.Native;

namespace Swift.Workers.Train;

/// <summary>The worker that makes and changes weights.</summary>
public static class TrainWorker
{
    /// <summary>Registers the worker, alone or beside others, inside <c>AddSwiftBus</c>; the host adds the artifact store. Loads libtorch now, so that a machine that cannot is told at once.</summary>
    public static void AddTrainWorker(this IBusRegistrationConfigurator bus, WorkerSettings? settings = null)
    {
        TorchLibrary.Load();
        bus.AddSwiftWorker(WorkerKind.Train, settings)
            .AddSegmentConsumer<PrepareModelConsumer>(QueueNames.Train)
            .AddSegmentConsumer<TrainSegmentConsumer>(QueueNames.Train)
            .AddSegmentConsumer<UpdatePolicyConsumer>(QueueNames.Train);
        bus.AddSingleton<EncodedDatasets>();
    }
}
