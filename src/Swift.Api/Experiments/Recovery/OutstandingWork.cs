using Swift.Api.Experiments.Aggregate;
using Swift.Contracts.Messages;
using Swift.Contracts.Workers;

namespace Swift.Api.Experiments.Recovery;

/// <summary>How long silence may last before work is sent again.</summary>
/// <param name="Running">A segment that a worker took: it shows life every second.</param>
/// <param name="Waiting">A segment that no worker took although one of its kind is idle.</param>
public sealed record RecoverySettings(TimeSpan Interval, TimeSpan Running, TimeSpan Waiting)
{
    public static RecoverySettings Default { get; } =
        new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(45), TimeSpan.FromSeconds(20));
}

/// <summary>What the stream says is outstanding and nobody seems to work on. Pure, so that every case has a test.</summary>
public static class OutstandingWork
{
    /// <param name="busIsEmpty">The bus lives in this process and was just started: whatever it held is gone.</param>
    /// <param name="lastProgress">When a segment last showed life, by stage and name.</param>
    /// <param name="idle">Kinds of workers of which one is alive and has nothing to do.</param>
    public static IEnumerable<SegmentLost> Lost(
        Experiment experiment, bool busIsEmpty, Func<int, string, DateTimeOffset?> lastProgress, IReadOnlySet<WorkerKind> idle,
        RecoverySettings settings, DateTimeOffset now)
    {
        foreach (var stage in experiment.Stages)
        {
            foreach (var segment in stage.Outstanding)
            {
                if (Reason(segment, lastProgress(stage.Index, segment.Name)) is { } reason)
                {
                    yield return new SegmentLost(
                        new SegmentAddress(experiment.Id, stage.Index, stage.Name, segment.Name, segment.Attempt), reason);
                }
            }
        }

        string? Reason(Segment segment, DateTimeOffset? progress)
        {
            if (busIsEmpty)
            {
                return "the process that held the message was restarted";
            }
            if (segment.TakenAt is { } takenAt)
            {
                var silent = now - (progress > takenAt ? progress.Value : takenAt);
                return silent > settings.Running ? $"the worker has been silent for {silent.TotalSeconds:F0} s" : null;
            }
            var waited = now - (progress > segment.RequestedAt ? progress.Value : segment.RequestedAt);
            return waited > settings.Waiting && idle.Contains(Kind(segment))
                ? $"no worker took it in {waited.TotalSeconds:F0} s although one is idle"
                : null;
        }
    }

    internal static WorkerKind Kind(Segment segment) => segment.Role switch
    {
        Contracts.Events.SegmentRole.Rollout or Contracts.Events.SegmentRole.Deploy => WorkerKind.Rollout,
        Contracts.Events.SegmentRole.Evaluate => WorkerKind.Eval,
        Contracts.Events.SegmentRole.Export => WorkerKind.Export,
        _ => WorkerKind.Train,
    };
}
