using MassTransit;
using Swift.Contracts.Workers;
using Swift.Hosting.Bus;
using Swift.Hosting.Workers;
using Swift.Models.Native;

namespace Swift.Workers.Export;

/// <summary>The worker that writes models in formats of others.</summary>
public static class ExportWorker
{
    /// <summary>Registers the worker, alone or beside others, inside <c>AddSwiftBus</c>; the host adds the artifact store. Loads libtorch now, so that a machine that cannot is told at once.</summary>
    public static void AddExportWorker(this IBusRegistrationConfigurator bus, WorkerSettings? settings = null)
    {
        TorchLibrary.Load();
        bus.AddSwiftWorker(WorkerKind.Export, settings).AddSegmentConsumer<ExportModelConsumer>(QueueNames.Export);
    }
}
