using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Experiments;

/// <summary><c>swift experiments resume</c></summary>
internal sealed class ResumeExperiment() : LifecycleCommand("resume", "Lets a paused experiment go on")
{
    protected override Task<ExperimentView> SendAsync(ISwiftApi api, Guid id, ExperimentCommand command, CancellationToken ct) =>
        api.Resume(id, command, ct);
}
