using System.CommandLine;
using Swift.Cli.Hosting;
using Swift.Cli.Terminal;
using Swift.Contracts.Workers;

namespace Swift.Cli.Commands.Serving;

/// <summary><c>swift worker</c></summary>
internal sealed class WorkerCommand : SwiftCommand
{
    public const string StopWithParentOption = "--stop_with_parent";

    private readonly ServerOptions _options = new();
    private readonly Argument<WorkerKind> _kind = new("kind") { Description = "train, rollout, eval or export", HelpName = "KIND" };

    /// <summary>For processes that the demo starts: standard input is a pipe from it.</summary>
    private readonly Option<bool> _stopWithParent = new(StopWithParentOption) { Hidden = true };

    public WorkerCommand() : base("worker", "Runs one worker, which takes its work from the bus and its files from the artifact folder")
    {
        Add(_kind);
        Add(_options.Bus);
        Add(_options.Artifacts);
        Add(_options.Data);
        Add(_options.Listen);
        Add(_stopWithParent);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var settings = _options.Read(run) with { Port = 0 };
        if (settings.Bus.RabbitMq is null)
            throw new UsageException("a worker alone needs --bus rabbitmq://…; `swift up` runs all workers in one process.");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        if (run.Get(_stopWithParent))
            ParentWatch.Start(stop.Cancel);
        await using var product = await Product.StartAsync(settings, api: false, [run.GetRequired(_kind)], run.Output.Message, stop.Token);
        run.Output.Message($"{run.GetRequired(_kind).ToString().ToLowerInvariant()} worker ready");
        await product.WaitAsync(stop.Token);
        return ExitCode.Done;
    }
}
