using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Spectre.Console;
using Spectre.Console.Rendering;
using Swift.Cli.Api;
using Swift.Cli.Terminal;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Lineage;

/// <summary><c>swift lineage</c></summary>
internal sealed partial class ShowLineage : SwiftCommand
{
    private readonly Argument<string> _artifact = new("artifact")
    {
        Description = "sha256:…; a registered model as NAME:VERSION or NAME:ALIAS; or a file whose bytes are the artifact (a data set, a GGUF model)",
        HelpName = "ARTIFACT",
    };

    private readonly Option<string> _direction = new("--direction") { Description = "backward (what it was made from), forward (what came of it) or both" };
    private readonly Option<string> _detail = new("--detail") { Description = "stages, or segments: with every checkpoint and every batch of completions" };
    private readonly Option<int?> _depth = new("--depth") { Description = "Steps from the artifact. Default: all" };
    private readonly Option<string> _format = new("--format") { Description = "text, mermaid or dot", DefaultValueFactory = _ => "text" };

    public ShowLineage() : base("lineage", "Shows what an artifact was made from, down to data sets, seeds and code, and what was made from it")
    {
        Add(_artifact);
        Add(_direction);
        Add(_detail);
        Add(_depth);
        _format.AcceptOnlyFromAmong("text", "mermaid", "dot");
        Add(_format);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var digest = await DigestAsync(run.Api, run.GetRequired(_artifact), ct);
        var (direction, detail, depth, format) = (run.Get(_direction), run.Get(_detail), run.Get(_depth), run.Get(_format)!);
        if (format == "text")
        {
            run.Output.Result(await run.Api.GetLineage(digest, direction, detail, depth, ct), Draw);
            return ExitCode.Done;
        }
        using var answer = await run.Api.DrawLineage(digest, format, direction, detail, depth, ct);
        if (!answer.IsSuccessStatusCode)
            throw await ApiProblem.ReadAsync(answer);
        Console.Out.Write(await answer.Content.ReadAsStringAsync(ct));
        return ExitCode.Done;
    }

    private static async Task<string> DigestAsync(ISwiftApi api, string artifact, CancellationToken ct)
    {
        if (Digest().IsMatch(artifact))
            return artifact.Contains(':') ? artifact : "sha256:" + artifact;
        if (File.Exists(artifact))
        {
            await using var file = File.OpenRead(artifact);
            return "sha256:" + Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
        }
        if (artifact.LastIndexOf(':') is not (> 0 and var colon))
            throw new UsageException($"\"{artifact}\" is neither sha256: with 64 digits, nor NAME:VERSION of a registered model, nor a file.");
        var (name, which) = (artifact[..colon], artifact[(colon + 1)..]);
        return int.TryParse(which, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? (await api.GetModelVersion(name, version, ct)).Model.Digest
            : (await api.GetAlias(name, which, ct: ct)).Version.Model.Digest;
    }

    private static Rows Draw(LineageGraph graph)
    {
        var distances = graph.Artifacts.ToDictionary(a => a.Digest, a => a.Distance);
        var used = graph.Edges.ToLookup(e => e.To);
        var made = graph.Edges.ToLookup(e => e.From);
        var artifacts = graph.Artifacts.ToDictionary(a => a.Digest);
        var experiments = graph.Experiments.ToDictionary(e => e.Id);
        List<IRenderable> rows = [new Text(Line(artifacts[graph.Root], "artifact"), new Style(decoration: Decoration.Bold))];

        rows.AddRange(graph.Models.Where(m => m.Digest == graph.Root).Select(m => new Text("  " + Line(m))));
        var back = graph.Steps.Where(s => made[s.Id].Any(e => distances[e.To] <= 0) && used[s.Id].Any(e => distances[e.From] < 0))
            .OrderByDescending(s => used[s.Id].Max(e => distances[e.From]));
        var onward = graph.Steps.Where(s => used[s.Id].Any(e => distances[e.From] >= 0)).OrderBy(s => used[s.Id].Min(e => Math.Max(0, distances[e.From])));
        Section("made from", back, s => used[s.Id].Select(e => Line(artifacts[e.From], e.Role)));
        Section("what was made from it", onward, s => made[s.Id].Select(e => Line(artifacts[e.To], e.Role)));
        rows.AddRange(graph.Models.Where(m => m.Digest != graph.Root).Select(m => new Text($"  {Formats.ShortDigest(m.Digest)} is {Line(m)}")));
        if (graph.Truncated)
            rows.Add(new Text("… there is more", new Style(Color.Yellow)));
        return new Rows(rows);

        void Section(string title, IEnumerable<LineageStep> steps, Func<LineageStep, IEnumerable<string>> lines)
        {
            foreach (var (index, step) in steps.Index())
            {
                if (index == 0)
                    rows.Add(new Text(title, new Style(decoration: Decoration.Dim)));
                rows.Add(new Text("  " + Title(step, experiments[step.Experiment])));
                rows.AddRange(lines(step).Select(line => new Text("    " + line)));
            }
        }
    }

    private static string Title(LineageStep step, LineageExperiment experiment) =>
        $"{experiment.Name} / {step.StageName}{(step.Segment is null ? "" : " / " + step.Segment)}  {step.Experiment}  by {experiment.SubmittedBy} {Formats.Time(experiment.SubmittedAt)}"
        + $"  seed {step.DataSeed ?? step.Seed}  settings {Formats.ShortDigest(experiment.SettingsDigest)}  code {string.Join(", ", step.CodeVersions.DefaultIfEmpty(experiment.CodeVersion))}";

    private static string Line(LineageModelVersion model) =>
        $"{model.Name}:{model.Version}{(model.Aliases.Count > 0 ? $" ({string.Join(", ", model.Aliases)})" : "")}";

    private static string Line(LineageArtifact artifact, string role) =>
        $"{role,-12} {artifact.Digest}  {Formats.Bytes(artifact.Size),9}  {string.Join(", ", artifact.Names.Where(name => name != role))}";

    [GeneratedRegex("^(sha256:)?[0-9a-f]{64}$")]
    private static partial Regex Digest();
}
