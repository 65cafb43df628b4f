using System.CommandLine;
using Swift.Cli.Commands.Pipelines;
using Swift.Cli.Watching;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Experiments;

/// <summary><c>swift run</c></summary>
internal sealed class RunPipeline : SwiftCommand
{
    private readonly Argument<string> _pipeline = new("pipeline")
    {
        Description = "A file (YAML or JSON), or the name of a registered pipeline, with @VERSION if not the newest",
        HelpName = "PIPELINE",
    };

    private readonly Option<string> _name = new("--name") { Description = "Name of the experiment. Default: the pipeline's" };
    private readonly Option<bool> _detach = new("--detach", "-d") { Description = "Submits and prints the id, without watching" };
    private readonly Option<string> _key = new("--idempotency_key")
    {
        Description = "Sent twice with the same key, it runs once. Default: a new one",
    };

    public RunPipeline() : base("run", "Submits a pipeline and watches it to its end; Ctrl-C stops watching, not the experiment")
    {
        Add(_pipeline);
        Add(_name);
        Add(_detach);
        Add(_key);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var accepted = await run.Api.SubmitExperiment(Body(run), run.Get(_key) ?? Guid.NewGuid().ToString(), ct);
        if (run.Get(_detach))
        {
            run.Output.ResultText(accepted, a => a.Id.ToString());
            return ExitCode.Done;
        }
        return await ExperimentWatch.RunAsync(run, accepted.Id, ct);
    }

    private SubmitExperiment Body(CommandRun run)
    {
        var pipeline = run.GetRequired(_pipeline);
        if (File.Exists(pipeline) || PipelineFile.LooksLikeFile(pipeline))
            return new SubmitExperiment(Pipeline: PipelineFile.Read(pipeline), Name: run.Get(_name));
        var at = pipeline.LastIndexOf('@');
        return at > 0 && int.TryParse(pipeline.AsSpan(at + 1), out var version)
            ? new SubmitExperiment(PipelineName: pipeline[..at], PipelineVersion: version, Name: run.Get(_name))
            : new SubmitExperiment(PipelineName: pipeline, Name: run.Get(_name));
    }
}
