using JasperFx.Events;
using Swift.Contracts.Events;
using Swift.Contracts.Rest;

namespace Swift.Api.Audit.Replay;

/// <summary>The events of an experiment as phases with durations. Pure.</summary>
internal static class ExperimentTimelines
{
    /// <param name="now">Where what is not over is measured to.</param>
    internal static ExperimentTimeline Of(Guid id, IReadOnlyList<IEvent> events, DateTimeOffset now)
    {
        var state = ExperimentReplay.Fold(id, events)!;
        var phases = new PhaseLog();
        foreach (var e in events) Take(phases, e);
        return new ExperimentTimeline(
            id, state.Name, state.Status, state.SubmittedAt, state.FinishedAt, ((state.FinishedAt ?? now) - state.SubmittedAt).TotalSeconds,
            phases.ToViews(now));
    }

    private static void Take(PhaseLog phases, IEvent e)
    {
        switch (e.Data)
        {
            case ExperimentSubmitted:
                phases.Open(PhaseKind.Waiting, "waiting", e);
                break;
            case StageStarted started:
                phases.Close(PhaseKind.Waiting, PhaseOutcome.Done, e);
                phases.Open(PhaseKind.Stage, started.Name, e, started.Stage);
                break;
            case StageSucceeded:
                phases.Close(PhaseKind.Stage, PhaseOutcome.Done, e);
                break;
            case StageFailed failed:
                phases.Close(PhaseKind.Stage, PhaseOutcome.Failed, e);
                phases.Open(PhaseKind.Stopped, failed.Name, e, failed.Stage);
                break;
            case ExperimentRetried:
                phases.Reopen(e);
                break;
            case ExperimentPaused:
                phases.Open(PhaseKind.Paused, "paused", e);
                break;
            case ExperimentResumed:
                phases.Close(PhaseKind.Paused, PhaseOutcome.Done, e);
                break;
            case ExperimentCancelled:
                phases.CloseAll(PhaseOutcome.Cancelled, e);
                break;
            case ExperimentSucceeded:
                phases.CloseAll(PhaseOutcome.Done, e);
                break;
            case SegmentRequested requested:
                phases.Request(requested, e);
                break;
            case SegmentStarted started:
                phases.Taken(started, e);
                break;
            case SegmentFailed failed:
                phases.End(failed.Segment, SegmentOutcome.Failed, failed.Worker, e);
                break;
            default:
                if (AcceptedResult.Of(e.Data) is { } result) phases.End(result.Segment, SegmentOutcome.Accepted, result.Worker, e);
                break;
        }
    }
}
