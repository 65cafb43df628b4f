using System.CommandLine;

namespace Swift.Cli.Commands.Schedules;

/// <summary><c>swift schedule delete</c></summary>
internal sealed class DeleteScheduleCommand : SwiftCommand
{
    private readonly Argument<string> _name = ScheduleArguments.Name();

    public DeleteScheduleCommand() : base("delete", "Fires no more; the history and the experiments stay") => Add(_name);

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        await run.Api.DeleteSchedule(run.GetRequired(_name), ct);
        run.Output.Message($"{run.GetRequired(_name)} is deleted; its history stays");
        return ExitCode.Done;
    }
}
