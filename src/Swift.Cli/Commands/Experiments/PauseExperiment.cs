using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Experiments;

/// <summary><c>swift experiments pause</c></summary>
internal sealed class PauseExperiment() : LifecycleCommand("pause", "Sends no further segment; the one under way ends")
{
    protected override Task<ExperimentView> SendAsync(ISwiftApi api, Guid id, ExperimentCommand command, CancellationToken ct) =>
        api.Pause(id, command, ct);
}
