using System.CommandLine;
using Spectre.Console;
using Swift.Cli.Commands.Experiments;
using Swift.Cli.Terminal;
using Swift.Cli.Watching;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Audit;

/// <summary><c>swift audit reproduce</c></summary>
internal sealed class ReproduceExperimentCommand : SwiftCommand
{
    private readonly Argument<string> _experiment = ExperimentArgument.Create();
    private readonly Option<bool> _files = new("--files") { Description = "Reads the files as they are now. Default: the recorded bytes, whatever became of the files" };

    private readonly Option<string[]> _replace = new("--replace")
    {
        Description = "Reads NEW instead of the recorded PATH (implies --files)",
        HelpName = "PATH=NEW",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _with = new("--with") { Description = "Runs nothing: compares with this experiment", HelpName = "ID" };

    public ReproduceExperimentCommand() : base("reproduce", "Runs an experiment again and compares every artifact; ends with 0 when all are equal, 1 when not")
    {
        Add(_experiment);
        Add(_files);
        Add(_replace);
        Add(_with);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var id = await run.ExperimentIdAsync(_experiment, ct);
        var with = run.Get(_with) is { } other
            ? Guid.TryParse(other, out var given) ? given : throw new UsageException($"\"{other}\" is no experiment id.")
            : await ReproduceAsync(run, id, ct);
        var comparison = await run.Api.CompareExperiments(id, with, ct);
        run.Output.Result(comparison, Draw);
        return comparison.Equal ? ExitCode.Done : ExitCode.WorkFailed;
    }

    private async Task<Guid> ReproduceAsync(CommandRun run, Guid id, CancellationToken ct)
    {
        Dictionary<string, string> replace = [];
        foreach (var written in run.Get(_replace) ?? [])
        {
            if (written.Split('=', 2) is not [{ Length: > 0 } path, { Length: > 0 } now]) throw new UsageException($"\"{written}\" is not PATH=NEW.");
            if (!replace.TryAdd(Path.GetFullPath(path), Path.GetFullPath(now))) throw new UsageException($"--replace names {path} twice.");
        }
        var inputs = run.Get(_files) || replace.Count > 0 ? ReproductionInputs.Files : ReproductionInputs.Recorded;
        var accepted = await run.Api.ReproduceExperiment(id, new ReproduceExperiment(inputs, replace.Count > 0 ? replace : null), ct);
        run.Output.Message($"experiment {accepted.Id} runs the settings of {id} again{(accepted.LeftOut.Count > 0 ? $", without {string.Join(", ", accepted.LeftOut)}" : "")}");
        await ExperimentWatch.FollowAsync(run.Api, run.Output, accepted.Id, ct);
        return accepted.Id;
    }

    private static Rows Draw(ExperimentComparison comparison)
    {
        var table = Tables.Plain("stage", "", "artifact", "of the first", "of the second");
        foreach (var stage in comparison.Stages)
        {
            var outcome = stage.Outcome is StageComparison.LeftOut ? "left out" : stage.Outcome.ToString().ToLowerInvariant();
            if (stage.Artifacts.Count == 0)
                table.AddTextRow(stage.Name, outcome, "", "", "");
            foreach (var artifact in stage.Artifacts)
                table.AddTextRow(stage.Name, artifact.Equal ? "equal" : "different", artifact.Name, Formats.ShortDigest(artifact.Digest), Formats.ShortDigest(artifact.WithDigest));
        }
        return new Rows(table, new Text(comparison.Verdict, new Style(comparison.Equal ? Color.Green : Color.Red)));
    }
}
