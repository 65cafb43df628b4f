using System.CommandLine;
using System.Diagnostics;
using Swift.Cli.Api;
using Swift.Cli.Commands.Pipelines;
using Swift.Cli.Commands.Serving;
using Swift.Cli.Demo;
using Swift.Cli.Hosting;
using Swift.Cli.Watching;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Contracts.Rest;
using Swift.Contracts.Workers;

namespace Swift.Cli.Commands.Demo;

/// <summary><c>swift demo</c></summary>
internal sealed class DemoCommand : SwiftCommand
{
    private const int Questions = 3;

    /// <summary>With a broker, the work is spread over processes; two share the rollouts.</summary>
    private static readonly WorkerKind[] Spread =
        [WorkerKind.Train, WorkerKind.Rollout, WorkerKind.Rollout, WorkerKind.Eval, WorkerKind.Export];

    private readonly ServerOptions _options = new();
    private readonly Option<bool> _quick = new("--quick") { Description = "Less data and fewer steps: a minute instead of some" };

    public DemoCommand() : base("demo", "Trains, aligns, evaluates and exports a small model on arithmetic, then asks it three questions")
    {
        Add(_quick);
        Add(_options.Data);
        Add(_options.Port);
        Add(_options.Bus);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        var settings = _options.Read(run, defaultFolder: Path.Combine(DataFolder.Resolve(null), "demo"));
        var folder = settings.DataFolder;
        if (!run.Has(_options.Port))
            settings = settings with { Port = 0 };
        var size = run.Get(_quick) ? DemoSize.Quick : DemoSize.Full;

        run.Output.Message($"writing word problems and training a tokenizer in {folder}");
        var files = DemoFiles.Write(Path.Combine(folder, "input"), size, ct);
        var inProcess = settings.Bus.RabbitMq is null ? Enum.GetValues<WorkerKind>() : [];
        await using var product = await Product.StartAsync(settings, api: true, inProcess, run.Output.Message, ct);
        await using var children = WorkerProcesses.Start(settings, settings.Bus.RabbitMq is null ? [] : Spread, run.Output.Message);
        using ApiConnection connection = new(product.Url, product.AdminKey);

        run.Output.Message($"the product runs at {product.Url}");
        var accepted = await connection.Api.SubmitExperiment(new SubmitExperiment(PipelineFile.Read(files.Pipeline)), Guid.NewGuid().ToString(), ct);
        var end = await ExperimentWatch.FollowAsync(connection.Api, run.Output, accepted.Id, ct);
        if (end.Status != ExperimentStatus.Succeeded)
        {
            run.Output.Result(end, ExperimentPicture.Whole);
            return ExitCode.WorkFailed;
        }

        var report = await ReportAsync(connection.Api, end, files, folder, watch, ct);
        run.Output.Result(report, r => r.Draw());
        return ExitCode.Done;
    }

    private static async Task<DemoReport> ReportAsync(
        ISwiftApi api, ExperimentView end, DemoFiles files, string folder, Stopwatch watch, CancellationToken ct)
    {
        var exported = end.Stages.Last(s => s.Kind == StageKind.Export).Artifacts;
        var results = Path.Combine(folder, "results", end.Id.ToString());
        Directory.CreateDirectory(results);
        var model = await ArtifactDownload.RunAsync(api, exported["safetensors"].Digest, Path.Combine(results, "model"), ct);
        var gguf = await ArtifactDownload.RunAsync(api, exported["gguf-f32"].Digest, Path.Combine(results, "model-f32.gguf"), ct);
        var answers = await DemoQuestions.AskAsync(gguf.Path, files.Test, Questions, ct);
        return new DemoReport(
            end.Id, end.Model?.Digest, DemoReport.ScoresOf(end), answers, watch.Elapsed.TotalSeconds, folder, model.Path, gguf.Path);
    }
}
