using System.CommandLine;
using Swift.Contracts.Rest;
using Swift.Contracts.Schedules;

namespace Swift.Cli.Commands.Schedules;

/// <summary><c>swift schedule create</c></summary>
internal sealed class CreateScheduleCommand : SwiftCommand
{
    private readonly Argument<string> _name = ScheduleArguments.Name();
    private readonly Option<string> _pipeline = new("--pipeline") { Description = "Name of a registered pipeline", Required = true };
    private readonly Option<int?> _version = new("--pipeline_version") { Description = "Default: the newest when it fires" };
    private readonly Option<string> _cron = new("--cron") { Description = "Five fields (minute, hour, day of month, month, day of week), or six with seconds in front", Required = true };
    private readonly Option<string> _zone = new("--time_zone") { Description = "IANA name", DefaultValueFactory = _ => "UTC" };
    private readonly Option<DateTimeOffset?> _start = ScheduleArguments.Moment("--start", "Nothing fires before");
    private readonly Option<DateTimeOffset?> _end = ScheduleArguments.Moment("--end", "Nothing fires after");
    private readonly Option<int> _jitter = new("--jitter") { Description = "Seconds over which fires are spread" };
    private readonly Option<string> _overlap = ScheduleArguments.Overlap("skip");
    private readonly Option<int> _catchup = new("--catchup_window")
    {
        Description = "Seconds after which a fire that could not happen is given up",
        DefaultValueFactory = _ => new ScheduleSpec { Pipeline = "", Cron = "" }.CatchupWindow,
    };
    private readonly Option<bool> _pauseOnFailure = new("--pause_on_failure") { Description = "A failure pauses the schedule" };
    private readonly Option<bool> _onlyIfChanged = new("--only_if_changed") { Description = "Skips a fire when settings and data are those of the last experiment" };
    private readonly Option<string> _description = new("--description") { Description = "For people" };
    private readonly Option<bool> _replace = new("--replace") { Description = "Replaces the rule of a schedule that exists" };

    public CreateScheduleCommand() : base("create", "Runs a registered pipeline by a rule from now on")
    {
        Add(_name);
        Option[] options = [_pipeline, _version, _cron, _zone, _start, _end, _jitter, _overlap, _catchup, _pauseOnFailure, _onlyIfChanged, _description, _replace];
        foreach (var option in options) Add(option);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var spec = new ScheduleSpec
        {
            Pipeline = run.GetRequired(_pipeline),
            PipelineVersion = run.Get(_version),
            Cron = run.GetRequired(_cron),
            TimeZone = run.GetRequired(_zone),
            Start = run.Get(_start),
            End = run.Get(_end),
            Jitter = run.Get(_jitter),
            Overlap = ScheduleArguments.Parse(run.Get(_overlap)) ?? OverlapPolicy.Skip,
            CatchupWindow = run.GetRequired(_catchup),
            PauseOnFailure = run.Get(_pauseOnFailure),
            OnlyIfChanged = run.Get(_onlyIfChanged),
            Description = run.Get(_description),
        };
        var name = run.GetRequired(_name);
        var schedule = run.Get(_replace) ? await run.Api.ChangeSchedule(name, spec, ct) : await run.Api.CreateSchedule(new CreateSchedule(name, spec), ct);
        run.Output.ResultText(schedule, ScheduleText.Of);
        return ExitCode.Done;
    }
}
