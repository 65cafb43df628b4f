using System.CommandLine;
using Swift.Cli.Watching;

namespace Swift.Cli.Commands.Experiments;

/// <summary><c>swift experiments watch</c></summary>
internal sealed class WatchExperiment : SwiftCommand
{
    private readonly Argument<string> _experiment = ExperimentArgument.Create();

    public WatchExperiment() : base("watch", "Follows an experiment to its end; Ctrl-C stops watching, not the experiment") => Add(_experiment);

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct) =>
        await ExperimentWatch.RunAsync(run, await run.ExperimentIdAsync(_experiment, ct), ct);
}
