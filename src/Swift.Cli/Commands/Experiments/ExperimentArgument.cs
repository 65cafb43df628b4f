using System.CommandLine;
using Swift.Cli.Terminal;

namespace Swift.Cli.Commands.Experiments;

/// <summary>Which experiment: its id, or <c>latest</c>.</summary>
internal static class ExperimentArgument
{
    private const string Latest = "latest";

    public static Argument<string> Create() => new("experiment") { Description = $"Its id, or \"{Latest}\"", HelpName = "ID" };

    public static async Task<Guid> ExperimentIdAsync(this CommandRun run, Argument<string> argument, CancellationToken ct)
    {
        var text = run.GetRequired(argument);
        if (Guid.TryParse(text, out var id))
            return id;
        if (text != Latest)
            throw new UsageException($"\"{text}\" is no experiment id; `swift experiments list` shows them, and \"{Latest}\" means the newest.");
        var newest = await run.Api.ListExperiments(pageSize: 1, ct: ct);
        return newest.Items.Count > 0 ? newest.Items[0].Id : throw new UsageException("there is no experiment yet; `swift run FILE` starts one.");
    }
}
