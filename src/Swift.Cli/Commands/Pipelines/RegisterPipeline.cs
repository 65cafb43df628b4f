using System.CommandLine;

namespace Swift.Cli.Commands.Pipelines;

/// <summary><c>swift pipelines register</c></summary>
internal sealed class RegisterPipeline : SwiftCommand
{
    private readonly Argument<string> _file = PipelineFile.CreateArgument();

    public RegisterPipeline() : base("register", "Stores a pipeline under its name, as a new version if it differs from the last") => Add(_file);

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var registered = await run.Api.RegisterPipeline(PipelineFile.Read(run.GetRequired(_file)), ct);
        run.Output.ResultText(registered, r => $"{r.Name}@{r.Version}");
        return ExitCode.Done;
    }
}
