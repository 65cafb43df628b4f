using System.CommandLine;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Schedules;

/// <summary><c>swift schedule backfill</c></summary>
internal sealed class BackfillScheduleCommand : SwiftCommand
{
    private readonly Argument<string> _name = ScheduleArguments.Name();
    private readonly Option<DateTimeOffset?> _after = ScheduleArguments.Moment("--after", "Nominal times after this moment", required: true);
    private readonly Option<DateTimeOffset?> _through = ScheduleArguments.Moment("--through", "up to and with this one", required: true);
    private readonly Option<string> _overlap = ScheduleArguments.Overlap("one after the other");
    private readonly Option<string> _reason = ScheduleArguments.Reason();

    public BackfillScheduleCommand() : base("backfill", "Fires the nominal times of a past range that have no experiment")
    {
        Add(_name);
        Option[] options = [_after, _through, _overlap, _reason];
        foreach (var option in options) Add(option);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var request = new BackfillSchedule(
            run.Get(_after)!.Value, run.Get(_through)!.Value, ScheduleArguments.Parse(run.Get(_overlap)), run.Get(_reason));
        run.Output.ResultText(await run.Api.BackfillSchedule(run.GetRequired(_name), request, ct), ScheduleText.Of);
        return ExitCode.Done;
    }
}
