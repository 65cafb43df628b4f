using System.CommandLine;
using Spectre.Console;
using Swift.Cli.Terminal;
using Swift.Data.Datasets;

namespace Swift.Cli.Commands.Data;

/// <summary><c>swift dataset inspect</c></summary>
internal sealed class InspectDataset : SwiftCommand
{
    private readonly Argument<string> _dataset = new("dataset") { Description = "A file (JSON, JSON lines, CSV, Parquet, text; gzip, Zstandard) or a folder of them", HelpName = "FILE" };
    private readonly Option<RowUse> _use = new("--for") { Description = "What its rows must be good for", DefaultValueFactory = _ => RowUse.Learn };
    private readonly Option<int?> _limit = new("--limit") { Description = "Rows to look at. Default: all" };

    public InspectDataset() : base("inspect", "Counts usable and unusable rows, and says what is wrong with which lines")
    {
        Add(_dataset);
        Add(_use);
        Add(_limit);
    }

    protected override Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var found = DatasetInspection.Inspect(run.GetRequired(_dataset), null, run.Get(_use), run.Get(_limit), ct);
        run.Output.Result(found, Draw);
        return Task.FromResult(ExitCode.Done);
    }

    private static Rows Draw(InspectedDataset found)
    {
        var table = Tables.Plain("unusable", "rows", "lines");
        foreach (var dropped in found.Unusable)
            table.AddRow(dropped.Reason, dropped.Count.ToString(), string.Join(", ", dropped.Lines) + (dropped.Count > dropped.Lines.Count ? ", …" : ""));
        var head = new Text($"{found.Dataset}: {found.UsableRows} of {found.Rows} rows usable{(found.Complete ? "" : " (not all were looked at)")}");
        return found.Unusable.Count > 0 ? new Rows(head, table) : new Rows(head);
    }
}
