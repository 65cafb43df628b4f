using Swift.Cli.Hosting;
using Swift.Cli.Terminal;

namespace Swift.Cli.Commands.Serving;

/// <summary><c>swift api</c></summary>
internal sealed class ApiCommand : SwiftCommand
{
    private readonly ServerOptions _options = new();

    public ApiCommand() : base("api", "Runs the control plane alone; workers come over the bus")
    {
        Add(_options.Data);
        Add(_options.Artifacts);
        Add(_options.Port);
        Add(_options.Listen);
        Add(_options.Database);
        Add(_options.Bus);
        Add(_options.AuditKey);
        Add(_options.AuditAnchors);
        Add(_options.RateLimit);
        Add(_options.BodyLimit);
        Add(_options.DataRoots);
        Add(_options.WebhookAllow);
        _options.Oidc.AddTo(this);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var settings = _options.Read(run);
        if (settings.Bus.RabbitMq is null)
            throw new UsageException("the control plane alone needs --bus rabbitmq://…: a bus in memory reaches no worker. `swift up` runs everything in one process.");
        await using var product = await Product.StartAsync(settings, api: true, [], run.Output.Message, ct);
        run.Output.Message($"ready: {product.Url}");
        await product.WaitAsync(ct);
        return ExitCode.Done;
    }
}
