using System.CommandLine;
using System.Globalization;
using Swift.Contracts.Schedules;

namespace Swift.Cli.Commands.Schedules;

/// <summary>What the commands of this folder ask for, each created for the command that adds it.</summary>
internal static class ScheduleArguments
{
    public static Argument<string> Name() => new("name") { Description = "Of the schedule", HelpName = "NAME" };

    public static Option<string> Reason(bool required = false) => new("--reason") { Description = "Why; it becomes part of the history", Required = required };

    public static Option<string> Overlap(string otherwise)
    {
        var option = new Option<string>("--overlap") { Description = $"While an experiment of the schedule runs: skip, buffer_one, cancel_previous or allow. Default: {otherwise}" };
        option.AcceptOnlyFromAmong("skip", "buffer_one", "cancel_previous", "allow");
        return option;
    }

    /// <summary>A moment that must say its offset from UTC: without one it would be another moment on every machine.</summary>
    public static Option<DateTimeOffset?> Moment(string name, string description, bool required = false) => new(name)
    {
        Description = description + "; with its offset: 2026-11-01T00:00:00Z",
        Required = required,
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (text.Length > 10 && (text.EndsWith('Z') || text[^6] is '+' or '-')
                && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment))
            {
                return moment.ToUniversalTime();
            }
            result.AddError($"{name}: write a date, a time and an offset from UTC: 2026-11-01T00:00:00Z.");
            return null;
        },
    };

    public static OverlapPolicy? Parse(string? overlap) => overlap switch
    {
        null => null,
        "skip" => OverlapPolicy.Skip,
        "buffer_one" => OverlapPolicy.BufferOne,
        "cancel_previous" => OverlapPolicy.CancelPrevious,
        _ => OverlapPolicy.Allow,
    };
}
