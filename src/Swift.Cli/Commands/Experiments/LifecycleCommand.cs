using System.CommandLine;
using Swift.Cli.Watching;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Experiments;

/// <summary>What <c>cancel</c>, <c>pause</c>, <c>resume</c> and <c>retry</c> have in common: an experiment, and why.</summary>
internal abstract class LifecycleCommand : SwiftCommand
{
    private readonly Argument<string> _experiment = ExperimentArgument.Create();
    private readonly Option<string> _reason = new("--reason") { Description = "Why; it becomes part of the history" };

    protected LifecycleCommand(string name, string description) : base(name, description)
    {
        Add(_experiment);
        Add(_reason);
    }

    protected abstract Task<ExperimentView> SendAsync(ISwiftApi api, Guid id, ExperimentCommand command, CancellationToken ct);

    protected sealed override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var id = await run.ExperimentIdAsync(_experiment, ct);
        run.Output.Result(await SendAsync(run.Api, id, new ExperimentCommand(run.Get(_reason)), ct), ExperimentPicture.Whole);
        return ExitCode.Done;
    }
}
