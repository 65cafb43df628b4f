using System.CommandLine;
using Spectre.Console;
using Swift.Cli.Terminal;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Webhooks;

/// <summary><c>swift webhooks deliveries</c></summary>
internal sealed class ListDeliveries : SwiftCommand
{
    private readonly Argument<Guid> _id = new("id") { Description = "As swift webhooks list shows it", HelpName = "ID" };
    private readonly Option<string> _status = new("--status") { Description = "pending, delivered or dead" };
    private readonly Option<int?> _pageSize = new("--page_size") { Description = "How many; at most 200" };
    private readonly Option<string> _pageToken = new("--page_token") { Description = "Goes on where the page before ended" };

    public ListDeliveries() : base("deliveries", "Lists what was sent, the newest first, with how often and why it failed; --json shows every attempt")
    {
        Add(_id);
        Add(_status);
        Add(_pageSize);
        Add(_pageToken);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var page = await run.Api.ListDeliveries(run.GetRequired(_id), run.Get(_status), run.Get(_pageSize), run.Get(_pageToken), ct);
        run.Output.Result(page, Draw);
        if (page.NextPageToken is { } next)
            run.Output.Message($"there are more: --page_token {next}");
        return ExitCode.Done;
    }

    internal static Table Draw(Page<WebhookDeliveryView> page)
    {
        var table = Tables.Plain("id", "event", "status", "created", "attempts", "next", "last problem");
        foreach (var d in page.Items)
            table.AddRow(
                d.Id.ToString(), d.Event, d.Status.ToString().ToLowerInvariant(), Formats.Time(d.CreatedAt), d.Attempts.Count.ToString(),
                d.NextAttemptAt is { } next ? Formats.Time(next) : "", Markup.Escape(d.Attempts.LastOrDefault()?.Problem ?? ""));
        return table;
    }
}
