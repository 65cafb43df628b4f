using System.CommandLine;
using Swift.Cli.Commands.Experiments;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Audit;

/// <summary><c>swift audit events</c></summary>
internal sealed class ShowHistory : SwiftCommand
{
    private readonly Argument<string> _experiment = ExperimentArgument.Create();
    private readonly Option<long> _from = new("--from_version") { Description = "First version shown", DefaultValueFactory = _ => 1 };

    public ShowHistory() : base("events", "Shows every event with who, because of what, which worker and which code (--json: one object per line, complete)")
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
            else Console.Out.WriteLine(Line(happened));
        }
        return ExitCode.Done;
    }

    private static string Line(EventView e) =>
        $"{e.Version,5}  {AuditText.Time(e.Timestamp)}  {e.Type}\n"
        + $"       by {e.Actor}, cause {e.Causation}, code {e.CodeVersion ?? "unknown"}{(e.Worker is { } worker ? $"\n       worker {AuditText.Worker(worker)}" : "")}";
}
