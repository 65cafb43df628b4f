using System.CommandLine;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Webhooks;

/// <summary><c>swift webhooks create</c></summary>
internal sealed class CreateWebhookCommand : SwiftCommand
{
    private readonly Argument<string> _url = new("url") { Description = "Where messages are posted; https, unless the server's operator allows the host", HelpName = "URL" };
    private readonly Option<string[]> _event = new("--event")
    {
        Description = "experiment.succeeded, model.alias_moved … Default: all that there are",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _description = new("--description") { Description = "What it is for" };

    public CreateWebhookCommand() : base("create", "Tells an address what happens, and prints the secret that messages are signed with; it is shown this once")
    {
        Add(_url);
        Add(_event);
        Add(_description);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var created = await run.Api.CreateWebhook(new CreateWebhook(run.GetRequired(_url), run.Get(_event), run.Get(_description)), ct);
        run.Output.Message($"the webhook {created.View.Id}; keep its secret now, it cannot be shown again.");
        run.Output.ResultText(created, c => c.Secret);
        return ExitCode.Done;
    }
}
