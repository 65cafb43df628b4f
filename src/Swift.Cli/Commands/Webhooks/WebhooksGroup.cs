using System.CommandLine;

namespace Swift.Cli.Commands.Webhooks;

/// <summary><c>swift webhooks …</c></summary>
internal sealed class WebhooksGroup : Command
{
    public WebhooksGroup() : base("webhooks", "Has other servers told what happens, and shows what was sent to them")
    {
        Add(new CreateWebhookCommand());
        Add(new ListWebhooks());
        Add(new DeleteWebhook());
        Add(new ListDeliveries());
        Add(new ReplayDelivery());
    }
}
