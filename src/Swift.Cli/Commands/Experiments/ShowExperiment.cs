using System.CommandLine;
using Swift.Cli.Watching;

namespace Swift.Cli.Commands.Experiments;

/// <summary><c>swift experiments show</c></summary>
internal sealed class ShowExperiment : SwiftCommand
{
    private readonly Argument<string> _experiment = ExperimentArgument.Create();

    public ShowExperiment() : base("show", "Shows state, stages, scores and artifacts (--json: and the effective settings)") => Add(_experiment);

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var view = await run.Api.GetExperiment(await run.ExperimentIdAsync(_experiment, ct), ct);
        run.Output.Result(view, ExperimentPicture.Whole);
        return ExitCode.Done;
    }
}
