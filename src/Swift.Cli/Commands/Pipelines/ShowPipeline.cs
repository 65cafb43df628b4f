using System.CommandLine;
using System.Text.Json;
using Swift.Contracts;

namespace Swift.Cli.Commands.Pipelines;

/// <summary><c>swift pipelines show</c></summary>
internal sealed class ShowPipeline : SwiftCommand
{
    private readonly Argument<string> _name = new("name") { HelpName = "NAME" };
    private readonly Option<int?> _version = new("--version_number") { Description = "Default: the newest" };

    public ShowPipeline() : base("show", "Shows a registered pipeline")
    {
        Add(_name);
        Add(_version);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var pipeline = await run.Api.GetPipeline(run.GetRequired(_name), run.Get(_version), ct);
        run.Output.ResultText(pipeline, p => JsonSerializer.Serialize(p.Spec, SwiftJson.Indented));
        return ExitCode.Done;
    }
}
