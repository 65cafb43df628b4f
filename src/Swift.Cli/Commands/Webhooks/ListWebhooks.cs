using Spectre.Console;
using Swift.Cli.Terminal;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Webhooks;

/// <summary><c>swift webhooks list</c></summary>
internal sealed class ListWebhooks() : SwiftCommand("list", "Lists all webhooks, never their secrets")
{
    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        run.Output.Result(await run.Api.ListWebhooks(ct), Draw);
        return ExitCode.Done;
    }

    private static Table Draw(Page<WebhookView> page)
    {
        var table = Tables.Plain("id", "url", "events", "created", "by", "description");
        foreach (var w in page.Items)
            table.AddTextRow(w.Id.ToString(), w.Url.ToString(), string.Join(", ", w.Events), Formats.Time(w.CreatedAt), w.CreatedBy, w.Description ?? "");
        return table;
    }
}
