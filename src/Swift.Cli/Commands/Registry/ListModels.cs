using System.CommandLine;
using Spectre.Console;
using Swift.Cli.Terminal;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Registry;

/// <summary><c>swift models list</c></summary>
internal sealed class ListModels : SwiftCommand
{
    private readonly Option<int?> _pageSize = new("--page_size") { Description = "How many; at most 200" };
    private readonly Option<string> _pageToken = new("--page_token") { Description = "Goes on where the page before ended" };

    public ListModels() : base("list", "Lists the registered models")
    {
        Add(_pageSize);
        Add(_pageToken);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var page = await run.Api.ListModels(run.Get(_pageSize), run.Get(_pageToken), ct);
        run.Output.Result(page, Draw);
        if (page.NextPageToken is { } next)
            run.Output.Message($"there are more: --page_token {next}");
        return ExitCode.Done;
    }

    private static Table Draw(Page<ModelSummary> page)
    {
        var table = Tables.Plain("name", "versions", "aliases", "updated");
        foreach (var model in page.Items)
            table.AddRow(
                model.Name, model.NewestVersion.ToString(), string.Join(", ", model.Aliases.Select(a => $"{a.Key} → {a.Value}")), Formats.Time(model.UpdatedAt));
        return table;
    }
}
