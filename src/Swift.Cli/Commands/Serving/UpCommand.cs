using Swift.Cli.Hosting;
using Swift.Contracts.Workers;

namespace Swift.Cli.Commands.Serving;

/// <summary><c>swift up</c></summary>
internal sealed class UpCommand : SwiftCommand
{
    private readonly ServerOptions _options = new();

    public UpCommand() : base("up", "Runs the whole product in one process: API, bus, all workers, and a PostgreSQL of its own")
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
        await using var product = await Product.StartAsync(settings, api: true, Enum.GetValues<WorkerKind>(), run.Output.Message, ct);
        run.Output.Message($"ready: {product.Url}  (data in {settings.DataFolder}; API to try at {product.Url}scalar with the key in {AdminKeyFile.PathIn(settings.DataFolder)}; Ctrl-C stops)");
        await product.WaitAsync(ct);
        return ExitCode.Done;
    }
}
