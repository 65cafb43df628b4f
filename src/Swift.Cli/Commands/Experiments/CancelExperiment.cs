using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Experiments;

/// <summary><c>swift experiments cancel</c></summary>
internal sealed class CancelExperiment() : LifecycleCommand("cancel", "Stops an experiment for good; what it made stays")
{
    protected override Task<ExperimentView> SendAsync(ISwiftApi api, Guid id, ExperimentCommand command, CancellationToken ct) =>
        api.Cancel(id, command, ct);
}
