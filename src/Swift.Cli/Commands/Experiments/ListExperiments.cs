using System.CommandLine;
using Spectre.Console;
using Swift.Cli.Terminal;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Experiments;

/// <summary><c>swift experiments list</c></summary>
internal sealed class ListExperiments : ListCommand<ExperimentSummary>
{
    private readonly Option<string> _status = new("--status") { Description = "submitted, running, paused, succeeded, failed or cancelled" };
    private readonly Option<string> _name = new("--name") { Description = "Only experiments of this name" };
    private readonly Option<string> _orderBy = new("--order_by") { Description = "Order, as the API takes it (orderBy)" };

    public ListExperiments() : base("list", "Lists experiments, the newest first")
    {
        Add(_status);
        Add(_name);
        Add(_orderBy);
    }

    protected override Task<Page<ExperimentSummary>> GetPageAsync(CommandRun run, int? size, string? token, CancellationToken ct) =>
        run.Api.ListExperiments(run.Get(_status), run.Get(_name), run.Get(_orderBy), size, token, ct);

    protected override Table Draw(Page<ExperimentSummary> page)
    {
        var table = Tables.Plain("id", "name", "status", "stage", "submitted", "by", "model");
        foreach (var e in page.Items)
            table.AddRow(
                new Text(e.Id.ToString()), new Text(e.Name), StatusText.Of(e.Status), new Text(e.CurrentStage ?? ""),
                new Text(Formats.Time(e.SubmittedAt)), new Text(e.SubmittedBy), new Text(Formats.ShortDigest(e.ModelDigest)));
        return table;
    }
}
