using System.CommandLine;
using Spectre.Console;
using Swift.Cli.Terminal;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Registry;

/// <summary><c>swift models show</c></summary>
internal sealed class ShowModel : SwiftCommand
{
    private readonly Argument<string> _name = ModelArguments.Name();

    public ShowModel() : base("show", "Shows the versions of a model, how each was measured, and what the aliases mean") => Add(_name);

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        run.Output.Result(await run.Api.GetModel(run.GetRequired(_name), ct), Draw);
        return ExitCode.Done;
    }

    private static Table Draw(ModelView model)
    {
        var table = Tables.Plain("version", "aliases", "scores", "experiment", "stage", "registered", "by", "digest");
        foreach (var v in model.Versions)
            table.AddTextRow(
                v.Version.ToString(), string.Join(", ", v.Aliases),
                string.Join(", ", v.Source.Evaluation?.Scores.Select(s => $"{s.Key} {Formats.Number(s.Value)}") ?? []),
                v.Source.Experiment.ToString(), v.Source.StageName, Formats.Time(v.RegisteredAt), v.RegisteredBy, Formats.ShortDigest(v.Model.Digest));
        return table;
    }
}
