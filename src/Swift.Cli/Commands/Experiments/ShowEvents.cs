using System.CommandLine;
using Swift.Cli.Watching;

namespace Swift.Cli.Commands.Experiments;

/// <summary><c>swift experiments events</c></summary>
internal sealed class ShowEvents : SwiftCommand
{
    private const int PageSize = 200;

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
        var from = run.Get(_from);
        while (true)
        {
            var page = await run.Api.GetEvents(id, from, PageSize, ct);
            foreach (var happened in page.Items)
            {
                if (run.Output.Json) run.Output.JsonLine(happened);
                else Console.Out.WriteLine($"{happened.Version,5}  {EventText.Line(happened)}");
            }
            if (page.Items.Count == 0 || page.NextPageToken is null)
                return ExitCode.Done;
            from = page.Items[^1].Version + 1;
        }
    }
}
