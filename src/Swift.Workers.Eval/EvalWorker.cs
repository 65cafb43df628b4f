using MassTransit;
using Swift.Contracts.Workers;
using Swift.Hosting.Bus;
using Swift.Hosting.Workers;
using Swift.Models.Native;

namespace Swift.Workers.Eval;

/// <summary>The worker that measures models.</summary>
public static class EvalWorker
{
    /// <summary>Registers the worker, alone or beside others, inside <c>AddSwiftBus</c>; the host adds the artifact store. Loads libtorch now, so that a machine that cannot is told at once.</summary>
    public static void AddEvalWorker(this IBusRegistrationConfigurator bus, WorkerSettings? settings = null)
    {
        TorchLibrary.Load();
        bus.AddSwiftWorker(WorkerKind.Eval, settings).AddSegmentConsumer<EvaluateModelConsumer>(QueueNames.Eval);
    }
}
