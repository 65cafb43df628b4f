using System.CommandLine;
using Swift.Cli.Watching;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Experiments;

/// <summary><c>swift experiments events</c></summary>
internal sealed class ShowEvents : SwiftCommand
{
    private readonly Argument<string> _experiment = ExperimentArgument.Create();
    private readonly Option<long> _from = new("--from_version") { Description = "First version shown", DefaultValueFactory = _ => 1 };

    public ShowEvents() : base("events", "Shows the history, one event per line (--json: one JSON object per line, complete)")
    {
        Add(_experiment);
        Add(_from);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var id = await run.ExperimentIdAsync(_experiment, ct);
        await foreach (var happened in run.Api.ReadEvents(id, run.Get(_from), ct))
        {
            if (run.Output.Json) run.Output.JsonLine(happened);
            else Console.Out.WriteLine($"{happened.Version,5}  {EventText.Line(happened)}");
        }
        return ExitCode.Done;
    }
}
