using System.CommandLine;

namespace Swift.Cli.Commands.Webhooks;

/// <summary><c>swift webhooks replay</c></summary>
internal sealed class ReplayDelivery : SwiftCommand
{
    private readonly Argument<Guid> _id = new("id") { Description = "The webhook", HelpName = "ID" };
    private readonly Argument<Guid> _delivery = new("delivery") { Description = "As swift webhooks deliveries shows it", HelpName = "DELIVERY" };

    public ReplayDelivery() : base("replay", "Sends a message again, with the same id, whether it was taken before or not")
    {
        Add(_id);
        Add(_delivery);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var again = await run.Api.ReplayDelivery(run.GetRequired(_id), run.GetRequired(_delivery), ct);
        run.Output.Result(again, delivery => ListDeliveries.Table([delivery]));
        return ExitCode.Done;
    }
}
