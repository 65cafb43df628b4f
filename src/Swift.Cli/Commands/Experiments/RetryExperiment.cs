using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Experiments;

/// <summary><c>swift experiments retry</c></summary>
internal sealed class RetryExperiment() : LifecycleCommand("retry", "Lets a failed experiment go on from the segment that failed")
{
    protected override Task<ExperimentView> SendAsync(ISwiftApi api, Guid id, ExperimentCommand command, CancellationToken ct) =>
        api.Retry(id, command, ct);
}
