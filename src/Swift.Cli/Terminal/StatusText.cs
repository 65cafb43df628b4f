using Spectre.Console;
using Swift.Contracts.Experiments;

namespace Swift.Cli.Terminal;

/// <summary>States in their colours.</summary>
internal static class StatusText
{
    public static Text Of(ExperimentStatus status) => Of(status.ToString(), status switch
    {
        ExperimentStatus.Succeeded => Color.Green,
        ExperimentStatus.Failed => Color.Red,
        ExperimentStatus.Running => Color.Blue,
        _ => Color.Yellow,
    });

    public static Text Of(StageStatus status) => Of(status.ToString(), status switch
    {
        StageStatus.Succeeded => Color.Green,
        StageStatus.Failed => Color.Red,
        StageStatus.Running => Color.Blue,
        StageStatus.Pending => Color.Grey,
        _ => Color.Yellow,
    });

    private static Text Of(string name, Color color) => new(name.ToLowerInvariant(), new Style(color));
}
