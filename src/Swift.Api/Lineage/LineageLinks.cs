using JasperFx.Events;
using Swift.Api.EventStore;
using Swift.Api.Experiments.Decisions;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Events;
using Swift.Contracts.Pipelines;
using Swift.Contracts.Workers;

namespace Swift.Api.Lineage;

/// <summary>Event → links. Each event is enough for its own, so they can be made anew in any order.</summary>
public static class LineageLinks
{
    /// <summary>Types of events that name artifacts.</summary>
    public static IReadOnlyList<Type> EventTypes { get; } =
    [
        typeof(ExperimentSubmitted), typeof(StageStarted), typeof(SegmentRequested), typeof(ModelPrepared), typeof(SegmentTrained),
        typeof(RolloutsGenerated), typeof(PolicyUpdated), typeof(ModelEvaluated), typeof(ModelExported), typeof(StageSucceeded),
    ];

    public static IEnumerable<LineageLink> Of(IEvent happened) => Of(happened.Data).Select((part, index) => new LineageLink
    {
        Id = DeterministicId.From("lineage", $"{happened.Id}/{index}"),
        Digest = part.Artifact.Digest,
        Kind = part.Artifact.Kind,
        Size = part.Artifact.Size,
        Made = part.Made,
        Role = part.Role,
        Name = part.Name ?? part.Role,
        Experiment = happened.StreamId,
        Stage = part.Stage,
        StageKey = LineageLink.KeyOf(happened.StreamId, part.Stage),
        Segment = part.Segment,
        SegmentRole = part.SegmentRole,
        CodeVersion = part.Worker?.CodeVersion,
        StreamVersion = happened.Version,
    });

    private static IEnumerable<Part> Of(object data) => data switch
    {
        ExperimentSubmitted e => Inputs(e),
        // A stage that serves what an alias means starts with the experiment's model all the same; its segment says which it serves.
        StageStarted { Kind: StageKind.Deploy } => [],
        SegmentRequested { Attempt: 1, Role: SegmentRole.Deploy, Model: { } served } e =>
            [new Part(e.Stage, e.Segment, e.Role, false, "model", served), new Part(e.Stage, null, null, false, "model", served)],
        StageStarted { Model: { } model } e => [new Part(e.Stage, null, null, false, "model", model)],
        // Sent again, a segment uses what it used the first time.
        SegmentRequested { Attempt: 1, Checkpoint: { } checkpoint } e => [new Part(e.Stage, e.Segment, e.Role, false, "checkpoint", checkpoint)],
        SegmentRequested { Attempt: 1, Model: { } model } e => [new Part(e.Stage, e.Segment, e.Role, false, "model", model)],
        ModelPrepared e => [new Part(e.Stage, e.Segment, SegmentRole.Prepare, true, "model", e.Model, Worker: e.Worker)],
        SegmentTrained e =>
        [
            new Part(e.Stage, e.Segment, SegmentRole.Train, true, "checkpoint", e.Checkpoint, Worker: e.Worker),
            new Part(e.Stage, e.Segment, SegmentRole.Train, true, "model", e.Model, Worker: e.Worker),
            .. Report(e.Stage, e.Segment, SegmentRole.Train, e.DataReport, e.Worker),
        ],
        RolloutsGenerated e =>
        [
            new Part(e.Stage, e.Segment, SegmentRole.Rollout, true, "rollouts", e.Rollouts, e.Segment, e.Worker),
            new Part(e.Stage, GrpoPlan.UpdateSegment(e.Iteration), SegmentRole.Update, false, "rollouts", e.Rollouts, e.Segment),
            .. Report(e.Stage, e.Segment, SegmentRole.Rollout, e.DataReport, e.Worker),
        ],
        PolicyUpdated e =>
        [
            new Part(e.Stage, e.Segment, SegmentRole.Update, true, "checkpoint", e.Checkpoint, Worker: e.Worker),
            new Part(e.Stage, e.Segment, SegmentRole.Update, true, "model", e.Model, Worker: e.Worker),
        ],
        ModelEvaluated e =>
        [
            new Part(e.Stage, e.Segment, SegmentRole.Evaluate, true, "report", e.Report, Worker: e.Worker),
            .. Report(e.Stage, e.Segment, SegmentRole.Evaluate, e.DataReport, e.Worker),
        ],
        ModelExported e => ByName(e.Exports).Select(export => new Part(e.Stage, e.Segment, SegmentRole.Export, true, export.Key, export.Value, Worker: e.Worker)),
        StageSucceeded e => ByName(e.Artifacts).Select(artifact => new Part(e.Stage, null, null, true, artifact.Key, artifact.Value)),
        _ => [],
    };

    /// <summary>The last of an event's links, so that events without a report number theirs alike.</summary>
    private static IEnumerable<Part> Report(int stage, string segment, SegmentRole role, ArtifactReference? report, WorkerIdentity? worker) =>
        report is null ? [] : [new Part(stage, segment, role, true, "data_report", report, Worker: worker)];

    /// <summary>Stored as jsonb, a dictionary comes back in another order.</summary>
    private static IEnumerable<KeyValuePair<string, ArtifactReference>> ByName(IReadOnlyDictionary<string, ArtifactReference> artifacts) =>
        artifacts.OrderBy(artifact => artifact.Key, StringComparer.Ordinal);

    /// <summary>Which stage uses which input, as the settings say.</summary>
    private static IEnumerable<Part> Inputs(ExperimentSubmitted submitted)
    {
        for (var index = 0; index < submitted.Settings.Stages.Count; index++)
        {
            var stage = submitted.Settings.Stages[index];
            if (stage.Kind == StageKind.Prepare)
            {
                if (Input(submitted, submitted.Settings.Model.Path) is { } folder)
                {
                    yield return new Part(index, null, null, false, "model_folder", folder, submitted.Settings.Model.Path);
                }
                if (Input(submitted, submitted.Settings.Model.Tokenizer) is { } tokenizer)
                {
                    yield return new Part(index, null, null, false, "tokenizer", tokenizer, submitted.Settings.Model.Tokenizer);
                }
            }
            foreach (var written in stage.Data?.Dataset ?? [])
            {
                if (Input(submitted, DatasetName.Parse(written).Path) is { } dataset)
                {
                    yield return new Part(index, null, null, false, "dataset", dataset, written);
                }
            }
        }
    }

    private static ArtifactReference? Input(ExperimentSubmitted submitted, string? path) =>
        path is null ? null : submitted.Inputs.GetValueOrDefault(path);

    private sealed record Part(
        int Stage, string? Segment, SegmentRole? SegmentRole, bool Made, string Role, ArtifactReference Artifact,
        string? Name = null, WorkerIdentity? Worker = null);
}
