using Marten;
using Marten.Events;
using Swift.Api.Experiments.Aggregate;
using Swift.Api.Experiments.Endpoints;
using Swift.Api.Lineage;
using Swift.Api.Pipelines;
using Swift.Contracts.Events;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Contracts.Rest;
using Swift.Hosting.Artifacts;

namespace Swift.Api.Reproduction;

/// <summary>Compares two experiments by their hashes: inputs by path, stages by name, inside a stage segment by segment.</summary>
internal sealed class ExperimentComparisons(IDocumentStore store, IArtifactStore artifacts)
{
    private readonly ContentDifference _content = new(artifacts);

    public async Task<ExperimentComparison> CompareAsync(Guid experiment, Guid with, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var a = await session.LoadAsync<Experiment>(experiment, ct) ?? throw ExperimentEndpoints.NotFound(experiment);
        var b = await session.LoadAsync<Experiment>(with, ct) ?? throw ExperimentEndpoints.NotFound(with);
        var inputs = await InputsAsync(a, b, ct);
        var (before, after) = (await ResultsAsync(session, a, ct), await ResultsAsync(session, b, ct));
        var stages = new List<ComparedStage>();
        foreach (var name in a.Stages.Select(stage => stage.Name).Union(b.Stages.Select(stage => stage.Name)))
        {
            stages.Add(await StageAsync(a.Stages.FirstOrDefault(stage => stage.Name == name), b.Stages.FirstOrDefault(stage => stage.Name == name), before, after, ct));
        }
        var settings = Comparable(a.Settings) == Comparable(b.Settings);
        var equal = settings && inputs.All(input => input.Digest == input.WithDigest)
            && stages.All(stage => stage.Outcome is StageComparison.Equal or StageComparison.NoArtifacts or StageComparison.LeftOut);
        return new ExperimentComparison(experiment, with, equal, Verdict(equal, settings, inputs, stages), settings, a.CodeVersion, b.CodeVersion, inputs, stages);
    }

    private static string Comparable(PipelineSpec settings) =>
        SettingsDigest.Of(settings with { Stages = [.. settings.Stages.Where(stage => !Reproductions.ActsOutside(stage.Kind))] });

    private async Task<List<ComparedInput>> InputsAsync(Experiment a, Experiment b, CancellationToken ct)
    {
        var inputs = new List<ComparedInput>();
        foreach (var path in a.Inputs.Keys.Union(b.Inputs.Keys).Order(StringComparer.Ordinal))
        {
            var (x, y) = (a.Inputs.GetValueOrDefault(path)?.Digest, b.Inputs.GetValueOrDefault(path)?.Digest);
            var usedBy = a.Settings.Stages.Where(stage =>
                stage.Kind == StageKind.Prepare && (path == a.Settings.Model.Path || path == a.Settings.Model.Tokenizer)
                || stage.Data?.Dataset.Any(written => DatasetName.Parse(written).Path == path) == true).Select(stage => stage.Name!);
            inputs.Add(new ComparedInput(path, x, y, [.. usedBy], x is null || y is null || x == y ? null : await _content.FindAsync(path, x, y, ct)));
        }
        return inputs;
    }

    /// <summary>What the segments made, in the order of their results; of one result what was learnt or written first, then the report on the rows that went in.</summary>
    private static async Task<IReadOnlyList<Result>> ResultsAsync(IQuerySession session, Experiment experiment, CancellationToken ct)
    {
        var links = await session.Query<LineageLink>().Where(link => link.Experiment == experiment.Id && link.Made && link.Segment != null).ToListAsync(ct);
        var trained = await session.Events.QueryAllRawEvents().Where(e => e.StreamId == experiment.Id && e.EventTypesAre(typeof(SegmentTrained))).ToListAsync(ct);
        var steps = trained.ToDictionary(e => e.Version, e => ((SegmentTrained)e.Data).Step);
        return
        [
            .. links.OrderBy(link => link.StreamVersion).ThenBy(link => link.Role == "data_report").ThenBy(link => link.Role, StringComparer.Ordinal)
                .Select(link => new Result(link, steps.TryGetValue(link.StreamVersion, out var step) ? step : null)),
        ];
    }

    private async Task<ComparedStage> StageAsync(
        Stage? a, Stage? b, IReadOnlyList<Result> before, IReadOnlyList<Result> after, CancellationToken ct)
    {
        var stage = (a ?? b)!;
        if (Reproductions.ActsOutside(stage.Kind))
        {
            return new ComparedStage(stage.Name, stage.Kind, StageComparison.LeftOut, [], null, null);
        }
        ComparedArtifact[] artifacts =
        [
            .. (a?.Artifacts.Keys ?? []).Union(b?.Artifacts.Keys ?? []).Order(StringComparer.Ordinal)
                .Select(name => new ComparedArtifact(name, a?.Artifacts.GetValueOrDefault(name)?.Digest, b?.Artifacts.GetValueOrDefault(name)?.Digest)),
        ];
        if (a?.Status != StageStatus.Succeeded || b?.Status != StageStatus.Succeeded)
        {
            return new ComparedStage(stage.Name, stage.Kind, StageComparison.Missing, artifacts, null, null);
        }
        var (segment, differs, difference) = await FirstDifferenceAsync(a, b, before, after, ct);
        var outcome = differs || artifacts.Any(artifact => !artifact.Equal) ? StageComparison.Different
            : artifacts.Length == 0 ? StageComparison.NoArtifacts : StageComparison.Equal;
        return new ComparedStage(stage.Name, stage.Kind, outcome, artifacts, segment, difference);
    }

    private async Task<(string? Segment, bool Differs, ArtifactDifference? Difference)> FirstDifferenceAsync(
        Stage a, Stage b, IReadOnlyList<Result> before, IReadOnlyList<Result> after, CancellationToken ct)
    {
        var others = after.Where(result => result.Link.Stage == b.Index).ToDictionary(result => result.Key);
        foreach (var result in before.Where(result => result.Link.Stage == a.Index))
        {
            if (!others.Remove(result.Key, out var other))
            {
                if (result.Step is not null) continue;
                return (result.Link.Segment, true, null);
            }
            if (other.Link.Digest != result.Link.Digest)
            {
                return (result.Link.Segment, true, await _content.FindAsync(result.Link.Role, result.Link.Digest, other.Link.Digest, ct));
            }
        }
        return others.Values.FirstOrDefault(other => other.Step is null) is { } more ? (more.Link.Segment, true, null) : (null, false, null);
    }

    /// <summary>What a segment made. Training is cut by the clock too, so what it had made is compared where both had come to the same step; what stands between is in no other run.</summary>
    /// <param name="Step">Steps that were trained by then; null for other kinds of segments.</param>
    private sealed record Result(LineageLink Link, int? Step)
    {
        public (string Place, string Role) Key => (Step is { } step ? $"step {step}" : Link.Segment!, Link.Role);
    }

    private static string Verdict(bool equal, bool settings, List<ComparedInput> inputs, List<ComparedStage> stages)
    {
        if (equal)
        {
            return "Every input, every setting and every artifact of every stage is equal.";
        }
        var parts = new List<string>();
        if (!settings)
        {
            parts.Add("The settings differ.");
        }
        foreach (var input in inputs.Where(input => input.Digest != input.WithDigest))
        {
            parts.Add($"The input {input.Path} differs{Describe(input.Difference)}; used by {string.Join(", ", input.UsedBy)}.");
        }
        if (stages.FirstOrDefault(stage => stage.Outcome == StageComparison.Different) is { } first)
        {
            parts.Add($"The first stage that differs is {first.Name}{(first.Segment is null ? "" : $", segment {first.Segment}")}{Describe(first.Difference)}.");
        }
        if (stages.FirstOrDefault(stage => stage.Outcome == StageComparison.Missing) is { } missing)
        {
            parts.Add($"The stage {missing.Name} has not succeeded in both.");
        }
        return string.Join(" ", parts);
    }

    private static string Describe(ArtifactDifference? difference) => difference is null ? ""
        : $": {difference.File ?? difference.Artifact}, {difference.Place}: {difference.Before ?? "nothing"} → {difference.After ?? "nothing"}";
}
