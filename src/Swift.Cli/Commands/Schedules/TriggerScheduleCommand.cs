using System.CommandLine;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Schedules;

/// <summary><c>swift schedule trigger</c></summary>
internal sealed class TriggerScheduleCommand : SwiftCommand
{
    private readonly Argument<string> _name = ScheduleArguments.Name();
    private readonly Option<string> _overlap = ScheduleArguments.Overlap("the schedule's own");
    private readonly Option<string> _reason = ScheduleArguments.Reason();

    public TriggerScheduleCommand() : base("trigger", "Fires now, beside the rule")
    {
        Add(_name);
        Add(_overlap);
        Add(_reason);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var schedule = await run.Api.TriggerSchedule(
            run.GetRequired(_name), new TriggerSchedule(ScheduleArguments.Parse(run.Get(_overlap)), run.Get(_reason)), ct);
        run.Output.ResultText(schedule, ScheduleText.Of);
        return ExitCode.Done;
    }
}
