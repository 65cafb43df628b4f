using Swift.Contracts.Messages;
using Swift.Contracts.Workers;
using Swift.Hosting.Workers;
using Swift.Workers.Rollout.Serving;

namespace Swift.Workers.Rollout;

/// <summary>Serves a model until another takes its name.</summary>
internal sealed class DeployModelConsumer(Deployments deployments, IServiceProvider services) : SegmentConsumer<DeployModel>(WorkerKind.Rollout, services)
{
    protected override async Task<ISegmentReply> WorkAsync(SegmentWork<DeployModel> segment)
    {
        var command = segment.Command;
        var endpoint = await deployments.DeployAsync(new Deployment(command.ServedModelName, command.Model, command.Follows), segment.Stopping);
        return new ModelDeployed(command.Address, segment.Worker, endpoint, command.ServedModelName);
    }
}
