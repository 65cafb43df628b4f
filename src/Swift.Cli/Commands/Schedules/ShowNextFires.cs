using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Swift.Cli.Terminal;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Schedules;

/// <summary><c>swift schedule next</c></summary>
internal sealed class ShowNextFires : SwiftCommand
{
    private readonly Argument<string> _name = ScheduleArguments.Name();
    private readonly Option<int?> _count = new("--count") { Description = "How many; default 10" };

    public ShowNextFires() : base("next", "Shows the next nominal times")
    {
        Add(_name);
        Add(_count);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        run.Output.Result(await run.Api.GetNextFires(run.GetRequired(_name), run.Get(_count), ct), Draw);
        return ExitCode.Done;
    }

    private static Table Draw(IReadOnlyList<NextFire> next)
    {
        var table = Tables.Plain("UTC", "on the wall", "offset", "due (UTC)");
        foreach (var fire in next)
            table.AddTextRow(
                Text(fire.NominalTime), Text(fire.LocalTime), fire.LocalTime.ToString("zzz", CultureInfo.InvariantCulture), Text(fire.DueAt));
        return table;
    }

    private static string Text(DateTimeOffset moment) => moment.ToString("ddd yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
