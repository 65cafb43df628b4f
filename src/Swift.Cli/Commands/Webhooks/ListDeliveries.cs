using System.CommandLine;
using Spectre.Console;
using Swift.Cli.Terminal;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Webhooks;

/// <summary><c>swift webhooks deliveries</c></summary>
internal sealed class ListDeliveries : ListCommand<WebhookDeliveryView>
{
    private readonly Argument<Guid> _id = new("id") { Description = "As swift webhooks list shows it", HelpName = "ID" };
    private readonly Option<string> _status = new("--status") { Description = "pending, delivered or dead" };

    public ListDeliveries() : base("deliveries", "Lists what was sent, the newest first, with how often and why it failed; --json shows every attempt")
    {
        Add(_id);
        Add(_status);
    }

    protected override Task<Page<WebhookDeliveryView>> GetPageAsync(CommandRun run, int? size, string? token, CancellationToken ct) =>
        run.Api.ListDeliveries(run.GetRequired(_id), run.Get(_status), size, token, ct);

    protected override Table Draw(Page<WebhookDeliveryView> page) => Table(page.Items);

    internal static Table Table(IEnumerable<WebhookDeliveryView> deliveries)
    {
        var table = Tables.Plain("id", "event", "status", "created", "attempts", "next", "last problem");
        foreach (var d in deliveries)
            table.AddTextRow(
                d.Id.ToString(), d.Event, d.Status.ToString().ToLowerInvariant(), Formats.Time(d.CreatedAt), d.Attempts.Count.ToString(),
                d.NextAttemptAt is { } next ? Formats.Time(next) : "", d.Attempts.LastOrDefault()?.Problem ?? "");
        return table;
    }
}
