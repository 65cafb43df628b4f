using Swift.Api.Experiments.Aggregate;
using Swift.Contracts.Events;
using Swift.Contracts.Experiments;
using Swift.Contracts.Messages;

namespace Swift.Api.Experiments.Decisions;

/// <summary>The events that an accepted result becomes.</summary>
internal static class SegmentResults
{
    internal static IReadOnlyList<IExperimentEvent> Accept(Stage stage, ISegmentReply reply)
    {
        var (index, segment, attempt, worker) = (stage.Index, reply.Address.Segment, reply.Address.Attempt, reply.Worker);
        return reply switch
        {
            Contracts.Messages.ModelPrepared r =>
                [new Contracts.Events.ModelPrepared(index, segment, attempt, worker, r.Model, r.Parameters)],
            Contracts.Messages.SegmentTrained r =>
            [
                new Contracts.Events.SegmentTrained(
                    index, segment, attempt, worker, r.Step, r.TotalSteps, r.Finished, r.Checkpoint, r.Model, r.Tokens, r.Seconds, r.DataReport),
                .. Details(stage, r.Metrics, r.Dropped, r.Skipped),
            ],
            Contracts.Messages.RolloutsGenerated r =>
            [
                new Contracts.Events.RolloutsGenerated(
                    index, segment, attempt, worker, r.PolicyVersion, r.Iteration, r.Shard, r.Rollouts, r.Tokens, r.Seconds, r.DataReport),
                .. Details(stage, r.Metrics, r.Dropped, []),
            ],
            PolicyTrained r =>
            [
                new PolicyUpdated(
                    index, segment, attempt, worker, r.PolicyVersion, r.Iteration, r.Step, r.Checkpoint, r.Model, r.Tokens, r.Seconds),
                .. Details(stage, r.Metrics, [], r.Skipped),
            ],
            Contracts.Messages.ModelEvaluated r =>
            [
                new Contracts.Events.ModelEvaluated(index, segment, attempt, worker, r.Report, r.Scores, r.Rows, r.Seconds, r.DataReport),
                .. Details(stage, [.. r.Scores.Select(score => new MetricPoint("eval/" + score.Key, 0, score.Value))], r.Dropped, []),
            ],
            Contracts.Messages.ModelExported r =>
                [new Contracts.Events.ModelExported(index, segment, attempt, worker, r.Exports, r.Seconds)],
            Contracts.Messages.ModelDeployed r =>
                [new Contracts.Events.ModelDeployed(index, segment, attempt, worker, r.Endpoint, r.ServedModelName)],
            _ => throw new InvalidOperationException($"No event is known for the reply {reply.GetType().Name}."),
        };
    }

    private static IEnumerable<IExperimentEvent> Details(
        Stage stage, IReadOnlyList<MetricPoint> metrics, IReadOnlyList<DroppedRows> dropped, IReadOnlyList<int> skipped)
    {
        if (metrics.Count > 0)
        {
            yield return new MetricsRecorded(stage.Index, stage.Name, metrics);
        }
        if (dropped.Count > 0)
        {
            yield return new RowsDropped(stage.Index, stage.Name, dropped);
        }
        if (skipped.Count > 0)
        {
            yield return new StepsSkipped(stage.Index, stage.Name, skipped);
        }
    }
}
