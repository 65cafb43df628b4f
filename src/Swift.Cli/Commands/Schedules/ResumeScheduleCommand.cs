using System.CommandLine;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Schedules;

/// <summary><c>swift schedule resume</c></summary>
internal sealed class ResumeScheduleCommand : SwiftCommand
{
    private readonly Argument<string> _name = ScheduleArguments.Name();
    private readonly Option<string> _reason = ScheduleArguments.Reason();

    public ResumeScheduleCommand() : base("resume", "Goes on after a pause; what passed meanwhile is recorded as missed")
    {
        Add(_name);
        Add(_reason);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        run.Output.ResultText(await run.Api.ResumeSchedule(run.GetRequired(_name), new ScheduleCommand(run.Get(_reason)), ct), ScheduleText.Of);
        return ExitCode.Done;
    }
}
