using Marten;
using Marten.Linq.MatchesSql;
using Swift.Api.Experiments.Aggregate;
using Swift.Api.Pipelines;
using Swift.Api.Registry.Aggregate;
using Swift.Contracts.Events;
using Swift.Contracts.Rest;

namespace Swift.Api.Lineage;

/// <summary>Follows links from one artifact, breadth first: one query for the steps of a generation, one for their artifacts.</summary>
internal sealed class LineageWalk(IQuerySession session, LineageDetail detail)
{
    /// <summary>Artifacts of one answer; more would help nobody.</summary>
    internal const int Limit = 1000;

    /// <summary>Links that are looked through in one generation: segments of some hundred stages.</summary>
    private const int MostLinks = 50_000;

    private readonly Dictionary<string, Reached> _artifacts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LineageLink> _steps = new(StringComparer.Ordinal);
    private readonly HashSet<LineageEdge> _edges = [];
    private bool _truncated;

    /// <returns>Null when no event names the artifact.</returns>
    public async Task<LineageGraph?> From(string digest, LineageDirection direction, int depth, CancellationToken ct)
    {
        var known = await session.Query<LineageLink>().Where(link => link.Digest == digest).OrderBy(link => link.StreamVersion).Take(Limit).ToListAsync(ct);
        if (known.Count == 0)
        {
            return null;
        }
        foreach (var link in known)
        {
            Note(link, 0);
        }
        if (direction is LineageDirection.Backward or LineageDirection.Both)
        {
            await Walk(digest, forward: false, depth, ct);
        }
        if (direction is LineageDirection.Forward or LineageDirection.Both)
        {
            await Walk(digest, forward: true, depth, ct);
        }
        var experiments = await session.LoadManyAsync<Experiment>(ct, _steps.Values.Select(link => link.Experiment).Distinct().ToArray());
        return new LineageGraph(
            digest, direction, detail,
            [.. _artifacts.Values.OrderBy(artifact => Math.Abs(artifact.Distance)).ThenBy(artifact => artifact.Distance).ThenBy(artifact => artifact.Link.Digest, StringComparer.Ordinal)
                .Select(artifact => new LineageArtifact(artifact.Link.Digest, artifact.Link.Kind, artifact.Link.Size, [.. artifact.Names], artifact.Distance))],
            Steps(experiments.ToDictionary(experiment => experiment.Id), await CodeVersions(ct)),
            [.. _edges.OrderBy(edge => edge.From, StringComparer.Ordinal).ThenBy(edge => edge.To, StringComparer.Ordinal).ThenBy(edge => edge.Role, StringComparer.Ordinal)],
            [.. experiments.OrderBy(experiment => experiment.SubmittedAt).ThenBy(experiment => experiment.Id).Select(Describe)],
            await ModelVersions(ct),
            _truncated);
    }

    /// <summary>Registered models are few; which of their versions are among the artifacts is looked up in all of them.</summary>
    private async Task<IReadOnlyList<LineageModelVersion>> ModelVersions(CancellationToken ct)
    {
        var digests = _artifacts.Keys.ToArray();
        var models = await session.Query<RegisteredModel>().Where(model => model.MatchesSql(
            "exists (select from jsonb_array_elements(d.data -> 'versions') v where v -> 'model' ->> 'digest' = any (?))", new object[] { digests })).ToListAsync(ct);
        return
        [
            .. from model in models.OrderBy(model => model.Name, StringComparer.Ordinal)
               let aliases = model.Aliases()
               from version in model.Versions
               where _artifacts.ContainsKey(version.Model.Digest)
               select new LineageModelVersion(
                   model.Name, version.Number, version.Model.Digest, [.. aliases.Where(alias => alias.Value == version.Number).Select(alias => alias.Key)]),
        ];
    }

    private List<LineageStep> Steps(Dictionary<Guid, Experiment> experiments, ILookup<string, string> codeVersions) =>
    [
        .. from step in _steps
           let link = step.Value
           let settings = experiments[link.Experiment].Settings
           let stage = settings.Stages[link.Stage]
           orderby experiments[link.Experiment].SubmittedAt, link.StageKey, step.Key
           select new LineageStep(
               step.Key, link.Experiment, link.Stage, stage.Name!, stage.Kind, detail == LineageDetail.Segments ? step.Key[(link.StageKey.Length + 1)..] : null,
               settings.Seed, stage.Data?.DataSeed, [.. codeVersions[step.Key].Distinct().Order(StringComparer.Ordinal)]),
    ];

    private static LineageExperiment Describe(Experiment experiment) => new(
        experiment.Id, experiment.Name, experiment.Status, experiment.SubmittedBy, experiment.SubmittedAt, experiment.CodeVersion,
        experiment.Settings.Seed, SettingsDigest.Of(experiment.Settings), experiment.PipelineName, experiment.PipelineVersion);

    /// <summary>Backward: artifact ← the steps that made it ← what those used. Forward: the same the other way round.</summary>
    private async Task Walk(string root, bool forward, int depth, CancellationToken ct)
    {
        var frontier = new HashSet<string>(StringComparer.Ordinal) { root };
        var reached = new HashSet<string>(frontier, StringComparer.Ordinal);
        var walked = new HashSet<string>(StringComparer.Ordinal);
        for (var distance = 1; frontier.Count > 0 && distance <= depth; distance++)
        {
            var near = await Links(frontier, made: !forward, ct);
            var far = await LinksOf([.. near.Select(link => link.StageKey).Distinct()], ct);
            frontier.Clear();
            foreach (var (id, here, there) in Steps(near, far, forward).ToList())
            {
                Connect(id, here);
                if (!walked.Add(id))
                {
                    continue;
                }
                foreach (var link in there)
                {
                    if (!_artifacts.ContainsKey(link.Digest) && _artifacts.Count >= Limit)
                    {
                        _truncated = true;
                        continue;
                    }
                    Note(link, forward ? distance : -distance);
                    Connect(id, [link]);
                    if (reached.Add(link.Digest))
                    {
                        frontier.Add(link.Digest);
                    }
                }
            }
        }
        _truncated |= frontier.Count > 0 && await Continues(frontier, forward, ct);
    }

    private async Task<IReadOnlyList<LineageLink>> Links(HashSet<string> digests, bool made, CancellationToken ct)
    {
        var wanted = digests.ToArray();
        var links = await session.Query<LineageLink>()
            .Where(link => link.Digest.IsOneOf(wanted) && link.Made == made)
            .OrderBy(link => link.StageKey).ThenBy(link => link.StreamVersion).Take((Limit * 4) + 1).ToListAsync(ct);
        _truncated |= links.Count > Limit * 4;
        return links;
    }

    /// <summary>All links of the stages; where segments are not shown, only those of the stages as a whole.</summary>
    private async Task<IReadOnlyList<LineageLink>> LinksOf(string[] stages, CancellationToken ct)
    {
        _truncated |= stages.Length > Limit;
        var wanted = stages.Take(Limit).ToArray();
        var links = session.Query<LineageLink>().Where(link => link.StageKey.IsOneOf(wanted));
        var found = await (detail == LineageDetail.Stages ? links.Where(link => link.Segment == null) : links)
            .OrderBy(link => link.StageKey).ThenBy(link => link.StreamVersion).Take(MostLinks + 1).ToListAsync(ct);
        _truncated |= found.Count > MostLinks;
        return found;
    }

    /// <summary>Of the workers whose results the stages' segments are.</summary>
    private async Task<ILookup<string, string>> CodeVersions(CancellationToken ct)
    {
        var stages = _steps.Values.Select(link => link.StageKey).Distinct().ToArray();
        var results = session.Query<LineageLink>().Where(link => link.StageKey.IsOneOf(stages) && link.CodeVersion != null);
        if (detail == LineageDetail.Stages)
        {
            // A stage has thousands of segments and hardly more than one version.
            var versions = await results.Select(link => new { link.StageKey, link.CodeVersion }).Distinct().ToListAsync(ct);
            return versions.ToLookup(by => by.StageKey, by => by.CodeVersion!);
        }
        var made = await results.Select(link => new { link.StageKey, link.Segment, link.CodeVersion }).Distinct().ToListAsync(ct);
        return made.ToLookup(by => $"{by.StageKey}/{by.Segment}", by => by.CodeVersion!);
    }

    private async Task<bool> Continues(HashSet<string> digests, bool forward, CancellationToken ct)
    {
        var wanted = digests.ToArray();
        return await session.Query<LineageLink>().AnyAsync(link => link.Digest.IsOneOf(wanted) && link.Made == !forward, ct);
    }

    /// <summary>The steps that <paramref name="near"/> belongs to, with their links on both sides.</summary>
    private IEnumerable<(string Id, IEnumerable<LineageLink> Here, IEnumerable<LineageLink> There)> Steps(
        IReadOnlyList<LineageLink> near, IReadOnlyList<LineageLink> far, bool forward)
    {
        var byStage = far.ToLookup(link => link.StageKey);
        foreach (var stage in near.GroupBy(link => link.StageKey))
        {
            var all = byStage[stage.Key].ToList();
            if (detail == LineageDetail.Stages)
            {
                yield return (stage.Key, stage, all.Where(link => link.Made == forward && link.Segment is null));
                continue;
            }
            foreach (var segment in all.Where(link => link.Segment is not null).GroupBy(link => link.Segment!))
            {
                var role = segment.Select(link => link.SegmentRole).First(role => role is not null);
                var links = all.Where(link => link.Segment == segment.Key || IsUsedBy(link, role!.Value)).ToList();
                var here = links.Where(link => link.Made != forward).IntersectBy(stage.Select(link => link.Digest), link => link.Digest).ToList();
                if (here.Count > 0)
                {
                    yield return ($"{stage.Key}/{segment.Key}", here, links.Where(link => link.Made == forward));
                }
            }
        }
    }

    /// <summary>An input of the stage is used by those of its segments that read data or make the first model; the stage's model is named by the segments themselves.</summary>
    private static bool IsUsedBy(LineageLink link, SegmentRole role) =>
        link is { Segment: null, Made: false } && link.Role != "model"
        && role is SegmentRole.Prepare or SegmentRole.Train or SegmentRole.Rollout or SegmentRole.Evaluate;

    private void Note(LineageLink link, int distance)
    {
        if (!_artifacts.TryGetValue(link.Digest, out var artifact))
        {
            _artifacts[link.Digest] = artifact = new Reached(link, distance, new SortedSet<string>(StringComparer.Ordinal));
        }
        artifact.Names.Add(link.Name);
    }

    private void Connect(string step, IEnumerable<LineageLink> links)
    {
        foreach (var link in links)
        {
            _edges.Add(link.Made ? new LineageEdge(step, link.Digest, link.Role) : new LineageEdge(link.Digest, step, link.Role));
            _steps.TryAdd(step, link);
        }
    }

    private sealed record Reached(LineageLink Link, int Distance, SortedSet<string> Names);
}
