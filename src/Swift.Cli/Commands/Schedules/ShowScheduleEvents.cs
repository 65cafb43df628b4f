using System.CommandLine;
using System.Text.Json;
using Swift.Cli.Terminal;
using Swift.Contracts;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Schedules;

/// <summary><c>swift schedule events</c></summary>
internal sealed class ShowScheduleEvents : SwiftCommand
{
    private const int PageSize = 200;

    private readonly Argument<string> _name = ScheduleArguments.Name();
    private readonly Option<long> _from = new("--from_version") { Description = "First version shown", DefaultValueFactory = _ => 1 };

    public ShowScheduleEvents() : base("events", "Shows what became of every nominal time, one event per line (--json: one JSON object per line, complete)")
    {
        Add(_name);
        Add(_from);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var from = run.Get(_from);
        while (true)
        {
            var page = await run.Api.GetScheduleEvents(run.GetRequired(_name), from, PageSize, ct);
            foreach (var happened in page.Items)
            {
                if (run.Output.Json) run.Output.JsonLine(happened);
                else Console.Out.WriteLine(Line(happened));
            }
            if (page.Items.Count == 0 || page.NextPageToken is null)
                return ExitCode.Done;
            from = page.Items[^1].Version + 1;
        }
    }

    private static string Line(EventView e) => $"{e.Version,5}  {Formats.Time(e.Timestamp)}  {e.Actor,-16} {e.Type,-34} {JsonSerializer.Serialize(e.Data, SwiftJson.Options)}";
}
