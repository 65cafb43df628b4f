using Spectre.Console;
using Swift.Cli.Terminal;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Pipelines;

/// <summary><c>swift pipelines list</c></summary>
internal sealed class ListPipelines : ListCommand<RegisteredPipeline>
{
    public ListPipelines() : base("list", "Lists the registered pipelines") { }

    protected override Task<Page<RegisteredPipeline>> GetPageAsync(CommandRun run, int? size, string? token, CancellationToken ct) =>
        run.Api.ListPipelines(size, token, ct);

    protected override Table Draw(Page<RegisteredPipeline> page)
    {
        var table = Tables.Plain("name", "version", "stages", "registered", "by", "digest");
        foreach (var p in page.Items)
            table.AddTextRow(
                p.Name, p.Version.ToString(), string.Join(" → ", p.Spec.Stages.Select(s => s.Name ?? s.Kind.ToString())),
                Formats.Time(p.RegisteredAt), p.RegisteredBy, Formats.ShortDigest(p.Digest));
        return table;
    }
}
