using Swift.Contracts.Messages;
using Swift.Contracts.Workers;
using Swift.Hosting.Artifacts;
using Swift.Hosting.Workers;
using Swift.Models;
using Swift.Workers.Rollout.Serving;
using static TorchSharp.torch;

namespace Swift.Workers.Rollout;

/// <summary>Serves a model until another takes its name or the worker ends.</summary>
internal sealed class DeployModelConsumer(IArtifactStore store, ModelServer server, WorkerSettings settings, IServiceProvider services)
    : SegmentConsumer<DeployModel>(WorkerKind.Rollout, services)
{
    protected override async Task<ISegmentReply> WorkAsync(SegmentWork<DeployModel> segment)
    {
        var (command, ct) = (segment.Command, segment.Stopping);
        var folder = await store.MaterializeAsync(command.Model, segment.Scratch["model"], ct);
        var endpoint = await server.ServeAsync(command.ServedModelName, CausalLanguageModel.Load(folder, new Device(settings.Device)), ct);
        Worker.ServingEndpoint = endpoint;
        return new ModelDeployed(command.Address, segment.Worker, endpoint, command.ServedModelName);
    }
}
