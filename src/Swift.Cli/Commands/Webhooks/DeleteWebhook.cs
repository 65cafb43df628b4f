using System.CommandLine;

namespace Swift.Cli.Commands.Webhooks;

/// <summary><c>swift webhooks delete</c></summary>
internal sealed class DeleteWebhook : SwiftCommand
{
    private readonly Argument<Guid> _id = new("id") { Description = "As swift webhooks list shows it", HelpName = "ID" };

    public DeleteWebhook() : base("delete", "Sends nothing more to it, also of what waits") => Add(_id);

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        await run.Api.DeleteWebhook(run.GetRequired(_id), ct);
        run.Output.Message($"the webhook {run.GetRequired(_id)} is deleted");
        return ExitCode.Done;
    }
}
