using System.CommandLine;
using System.Text.Json;
using Swift.Contracts;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Pipelines;

/// <summary><c>swift pipelines validate</c></summary>
internal sealed class ValidatePipeline : SwiftCommand
{
    private readonly Argument<string> _file = PipelineFile.CreateArgument();

    public ValidatePipeline() : base("validate", "Shows what would run, every default resolved, or everything that is wrong; stores nothing") => Add(_file);

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var plan = await run.Api.ValidatePipeline(PipelineFile.Read(run.GetRequired(_file)), ct);
        run.Output.ResultText(plan, Text);
        run.Output.Message("the pipeline is valid");
        return ExitCode.Done;
    }

    private static string Text(PipelinePlan plan)
    {
        var lines = plan.Datasets.Select(d =>
            $"# {d.Key}: {d.Value.Rows} rows" + string.Concat(d.Value.Unusable.Select(u => $", {u.Count} unusable ({u.Reason})")));
        return string.Join('\n', lines.Append(JsonSerializer.Serialize(plan.Pipeline, SwiftJson.Indented)));
    }
}
