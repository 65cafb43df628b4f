using System.CommandLine;

namespace Swift.Cli.Commands.Schedules;

/// <summary><c>swift schedule show</c></summary>
internal sealed class ShowSchedule : SwiftCommand
{
    private readonly Argument<string> _name = ScheduleArguments.Name();

    public ShowSchedule() : base("show", "Shows a schedule, and what became of its last nominal times") => Add(_name);

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        run.Output.ResultText(await run.Api.GetSchedule(run.GetRequired(_name), ct), ScheduleText.Of);
        return ExitCode.Done;
    }
}
