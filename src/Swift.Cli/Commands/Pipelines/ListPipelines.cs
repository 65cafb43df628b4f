using System.CommandLine;
using Spectre.Console;
using Swift.Cli.Terminal;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Pipelines;

/// <summary><c>swift pipelines list</c></summary>
internal sealed class ListPipelines : SwiftCommand
{
    private readonly Option<int?> _pageSize = new("--page_size") { Description = "How many; at most 200" };
    private readonly Option<string> _pageToken = new("--page_token") { Description = "Goes on where the page before ended" };

    public ListPipelines() : base("list", "Lists the registered pipelines")
    {
        Add(_pageSize);
        Add(_pageToken);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var page = await run.Api.ListPipelines(run.Get(_pageSize), run.Get(_pageToken), ct);
        run.Output.Result(page, Draw);
        if (page.NextPageToken is { } next)
            run.Output.Message($"there are more: --page_token {next}");
        return ExitCode.Done;
    }

    private static Table Draw(Page<RegisteredPipeline> page)
    {
        var table = Tables.Plain("name", "version", "stages", "registered", "by", "digest");
        foreach (var p in page.Items)
            table.AddRow(
                p.Name, p.Version.ToString(), string.Join(" → ", p.Spec.Stages.Select(s => s.Name ?? s.Kind.ToString())),
                Formats.Time(p.RegisteredAt), p.RegisteredBy, Formats.ShortDigest(p.Digest));
        return table;
    }
}
