using Spectre.Console;
using Swift.Cli.Terminal;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Registry;

/// <summary><c>swift models list</c></summary>
internal sealed class ListModels : ListCommand<ModelSummary>
{
    public ListModels() : base("list", "Lists the registered models") { }

    protected override Task<Page<ModelSummary>> GetPageAsync(CommandRun run, int? size, string? token, CancellationToken ct) =>
        run.Api.ListModels(size, token, ct);

    protected override Table Draw(Page<ModelSummary> page)
    {
        var table = Tables.Plain("name", "versions", "aliases", "updated");
        foreach (var model in page.Items)
            table.AddTextRow(
                model.Name, model.NewestVersion.ToString(), string.Join(", ", model.Aliases.Select(a => $"{a.Key} → {a.Value}")), Formats.Time(model.UpdatedAt));
        return table;
    }
}
