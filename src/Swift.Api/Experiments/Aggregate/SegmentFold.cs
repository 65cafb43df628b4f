using Swift.Contracts.Artifacts;
using Swift.Contracts.Events;

namespace Swift.Api.Experiments.Aggregate;

/// <summary>The part of the fold that follows the segments of a stage.</summary>
internal static class SegmentFold
{
    internal static Experiment Change(Experiment state, Happened happened) => happened.Event switch
    {
        SegmentRequested e => state.With(e.Stage, stage => Request(stage, e, happened.At)),
        SegmentStarted e => state.With(e.Stage, stage => stage with
        {
            Outstanding =
            [
                .. stage.Outstanding.Select(segment => segment.Name == e.Segment
                    ? segment with { TakenBy = e.Worker, TakenAt = happened.At }
                    : segment),
            ],
        }),
        ModelPrepared e => state.With(e.Stage, stage => Done(stage, e.Segment) with
        {
            Model = e.Model,
            Finished = true,
            Artifacts = With(stage.Artifacts, "model", e.Model),
        }),
        SegmentTrained e => state.With(e.Stage, stage => Done(stage, e.Segment) with
        {
            Step = e.Step,
            TotalSteps = e.TotalSteps,
            Finished = e.Finished,
            Model = e.Model,
            Checkpoint = e.Checkpoint,
            Artifacts = With(With(With(stage.Artifacts, "model", e.Model), "checkpoint", e.Checkpoint), "data_report", e.DataReport),
        }),
        RolloutsGenerated e => state.With(e.Stage, stage => Done(stage, e.Segment) with
        {
            Rollouts = [.. stage.Rollouts, new RolloutShard(e.Iteration, e.Shard, e.Rollouts)],
            Artifacts = With(stage.Artifacts, "data_report", e.DataReport),
        }),
        PolicyUpdated e => state.With(e.Stage, stage => Done(stage, e.Segment) with
        {
            PolicyVersion = e.PolicyVersion,
            Step = e.Step,
            PreviousModel = stage.Model ?? stage.BaseModel,
            Model = e.Model,
            Checkpoint = e.Checkpoint,
            Rollouts = [.. stage.Rollouts.Where(shard => shard.Iteration > e.Iteration)],
            Artifacts = With(With(stage.Artifacts, "model", e.Model), "checkpoint", e.Checkpoint),
        }),
        ModelEvaluated e => state.With(e.Stage, stage => Done(stage, e.Segment) with
        {
            Finished = true,
            Scores = e.Scores,
            Step = e.Rows,
            TotalSteps = e.Rows,
            Artifacts = With(With(stage.Artifacts, "report", e.Report), "data_report", e.DataReport),
        }),
        ModelExported e => state.With(e.Stage, stage => Done(stage, e.Segment) with { Finished = true, Artifacts = e.Exports }),
        ModelDeployed e => state.With(e.Stage, stage => Done(stage, e.Segment) with { Finished = true, Endpoint = e.Endpoint }),
        RowsDropped e => state.With(e.Stage, stage => stage with { RowsDropped = stage.RowsDropped + e.Rows.Sum(rows => rows.Count) }),
        StepsSkipped e => state.With(e.Stage, stage => stage with { StepsSkipped = stage.StepsSkipped + e.Steps.Count }),
        SegmentResultIgnored e => state.With(e.Stage, stage => stage with { ResultsIgnored = stage.ResultsIgnored + 1 }),
        _ => state,
    };

    private static Stage Request(Stage stage, SegmentRequested e, DateTimeOffset at)
    {
        var segment = new Segment(
            e.Segment, e.Role, e.Attempt, e.FromStep, e.Iteration, e.Shard, e.PolicyVersion, e.Model, e.Checkpoint, at, null, null);
        return stage with
        {
            Outstanding = [.. stage.Outstanding.Where(other => other.Name != e.Segment), segment],
            SegmentsRequested = stage.SegmentsRequested + (e.Attempt == 1 ? 1 : 0),
            Retries = stage.Retries + (e.Retry is null ? 0 : 1),
        };
    }

    private static Stage Done(Stage stage, string segment) => stage with
    {
        Outstanding = [.. stage.Outstanding.Where(other => other.Name != segment)],
        SegmentsDone = stage.SegmentsDone + 1,
    };

    private static SortedDictionary<string, ArtifactReference> With(
        IReadOnlyDictionary<string, ArtifactReference> artifacts, string name, ArtifactReference? artifact)
    {
        var all = new SortedDictionary<string, ArtifactReference>(artifacts.ToDictionary(), StringComparer.Ordinal);
        if (artifact is not null) all[name] = artifact;
        return all;
    }
}
