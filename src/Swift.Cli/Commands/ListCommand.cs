using System.CommandLine;
using Spectre.Console;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands;

/// <summary>A command that shows one page of a list and says how to ask for the next.</summary>
internal abstract class ListCommand<T> : SwiftCommand
{
    private readonly Option<int?> _pageSize = new("--page_size") { Description = "How many; at most 200" };
    private readonly Option<string> _pageToken = new("--page_token") { Description = "Goes on where the page before ended" };

    protected ListCommand(string name, string description) : base(name, description)
    {
        Add(_pageSize);
        Add(_pageToken);
    }

    protected abstract Task<Page<T>> GetPageAsync(CommandRun run, int? size, string? token, CancellationToken ct);

    protected abstract Table Draw(Page<T> page);

    protected sealed override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var page = await GetPageAsync(run, run.Get(_pageSize), run.Get(_pageToken), ct);
        run.Output.Result(page, Draw);
        if (page.NextPageToken is { } next)
            run.Output.Message($"there are more: --page_token {next}");
        return ExitCode.Done;
    }
}
