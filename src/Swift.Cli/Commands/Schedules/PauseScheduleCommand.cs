using System.CommandLine;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Schedules;

/// <summary><c>swift schedule pause</c></summary>
internal sealed class PauseScheduleCommand : SwiftCommand
{
    private readonly Argument<string> _name = ScheduleArguments.Name();
    private readonly Option<string> _reason = ScheduleArguments.Reason(required: true);

    public PauseScheduleCommand() : base("pause", "Fires no more until it is resumed")
    {
        Add(_name);
        Add(_reason);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        run.Output.ResultText(await run.Api.PauseSchedule(run.GetRequired(_name), new ScheduleCommand(run.GetRequired(_reason)), ct), ScheduleText.Of);
        return ExitCode.Done;
    }
}
