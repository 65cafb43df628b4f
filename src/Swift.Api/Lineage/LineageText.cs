using System.Text;
using Swift.Contracts.Rest;

namespace Swift.Api.Lineage;

/// <summary>A lineage as a picture: Mermaid for documents and pull requests, DOT for Graphviz.</summary>
internal static class LineageText
{
    internal const string MermaidType = "text/vnd.mermaid";
    internal const string DotType = "text/vnd.graphviz";

    internal static string Mermaid(LineageGraph graph)
    {
        var (ids, text) = (Ids(graph), new StringBuilder("flowchart LR\n"));
        foreach (var artifact in graph.Artifacts)
        {
            text.Append($"    {ids[artifact.Digest]}[\"{string.Join("<br/>", Lines(artifact).Select(Escape))}\"]\n");
        }
        foreach (var step in graph.Steps)
        {
            text.Append($"    {ids[step.Id]}([\"{string.Join("<br/>", Lines(graph, step).Select(Escape))}\"])\n");
        }
        foreach (var edge in graph.Edges)
        {
            text.Append($"    {ids[edge.From]} -->|\"{Escape(edge.Role)}\"| {ids[edge.To]}\n");
        }
        foreach (var (index, model) in graph.Models.Index())
        {
            text.Append($"    m{index}[[\"{Escape(Line(model))}\"]]\n    {ids[model.Digest]} -.- m{index}\n");
        }
        return text.Append($"    style {ids[graph.Root]} stroke-width:4px\n").ToString();

        // Mermaid knows entities with # for &, and reads Markdown and links where it is not stopped.
        static string Escape(string line) => string.Concat(line.Select(c => c switch
        {
            '"' or '#' or '<' or '>' or '&' or '`' or '*' or '_' or '[' or ']' or '|' or '\\' => $"#{(int)c};",
            _ when char.IsControl(c) => " ",
            _ => c.ToString(),
        }));
    }

    internal static string Dot(LineageGraph graph)
    {
        var (ids, text) = (Ids(graph), new StringBuilder("digraph lineage {\n    rankdir=LR;\n    node [fontname=\"sans-serif\"];\n"));
        foreach (var artifact in graph.Artifacts)
        {
            var root = artifact.Digest == graph.Root ? ", penwidth=3" : "";
            text.Append($"    {ids[artifact.Digest]} [shape=box, label=\"{string.Join("\\n", Lines(artifact).Select(Escape))}\"{root}];\n");
        }
        foreach (var step in graph.Steps)
        {
            text.Append($"    {ids[step.Id]} [shape=ellipse, label=\"{string.Join("\\n", Lines(graph, step).Select(Escape))}\"];\n");
        }
        foreach (var edge in graph.Edges)
        {
            text.Append($"    {ids[edge.From]} -> {ids[edge.To]} [label=\"{Escape(edge.Role)}\"];\n");
        }
        foreach (var (index, model) in graph.Models.Index())
        {
            text.Append($"    m{index} [shape=tab, label=\"{Escape(Line(model))}\"];\n    {ids[model.Digest]} -> m{index} [style=dashed, dir=none];\n");
        }
        return text.Append("}\n").ToString();

        static string Escape(string line) => string.Concat(line.Select(c => c switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            _ when char.IsControl(c) => " ",
            _ => c.ToString(),
        }));
    }

    private static Dictionary<string, string> Ids(LineageGraph graph)
    {
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var artifact in graph.Artifacts)
        {
            ids[artifact.Digest] = $"a{ids.Count}";
        }
        foreach (var step in graph.Steps)
        {
            ids[step.Id] = $"s{ids.Count}";
        }
        return ids;
    }

    private static string Line(LineageModelVersion model) =>
        $"{model.Name} version {model.Version}{(model.Aliases.Count > 0 ? $" ({string.Join(", ", model.Aliases)})" : "")}";

    private static IEnumerable<string> Lines(LineageArtifact artifact) =>
        [string.Join(", ", artifact.Names.Select(Path.GetFileName)), artifact.Digest[..19], artifact.Kind.ToString().ToLowerInvariant()];

    private static IEnumerable<string> Lines(LineageGraph graph, LineageStep step)
    {
        var experiment = graph.Experiments.First(other => other.Id == step.Experiment);
        yield return $"{experiment.Name} / {step.StageName}{(step.Segment is null ? "" : " / " + step.Segment)}";
        yield return step.Experiment.ToString();
        yield return $"seed {step.DataSeed ?? step.Seed}, code {string.Join(", ", step.CodeVersions.DefaultIfEmpty(experiment.CodeVersion))}";
    }
}
