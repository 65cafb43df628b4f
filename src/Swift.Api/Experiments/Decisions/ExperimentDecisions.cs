using Swift.Api.Experiments.Aggregate;
using Swift.Api.Registry.Decisions;
using Swift.Contracts.Events;
using Swift.Contracts.Experiments;
using Swift.Contracts.Messages;
using Swift.Contracts.Pipelines;

namespace Swift.Api.Experiments.Decisions;

/// <summary>
/// What follows from a state: pure functions (state, message) → events. The saga appends them; nothing here reads a
/// clock, draws an id or sends a message.
/// </summary>
public static class ExperimentDecisions
{
    /// <summary>Attempts of one segment, the first included, before its stage fails.</summary>
    public const int MaxAttempts = 5;

    /// <summary>What has to happen next, one step of it; empty when there is nothing to do but wait.</summary>
    /// <param name="registry">What a running register stage writes to; without it such a stage waits.</param>
    public static IReadOnlyList<IExperimentEvent> Next(Experiment state, RegistryLookup? registry = null)
    {
        if (state.Status is not (ExperimentStatus.Submitted or ExperimentStatus.Running))
        {
            return [];
        }
        return state.CurrentStage switch
        {
            null => [new ExperimentSucceeded(state.Model)],
            { Status: StageStatus.Pending } stage => [new StageStarted(stage.Index, stage.Name, stage.Kind, state.Model)],
            { Status: StageStatus.Running } stage => StagePlan.Next(state, stage, registry),
            _ => [],
        };
    }

    /// <summary>A worker's answer. The first result of a segment counts; a later one is recorded and changes nothing.</summary>
    public static IReadOnlyList<IExperimentEvent> On(Experiment state, ISegmentReply reply)
    {
        var address = reply.Address;
        var stage = state.Stages.ElementAtOrDefault(address.Stage);
        var outstanding = stage?.Outstanding.FirstOrDefault(segment => segment.Name == address.Segment);
        if (stage is null || outstanding is null)
        {
            return reply is Contracts.Messages.SegmentStarted
                ? []
                : [new SegmentResultIgnored(address.Stage, address.Segment, address.Attempt, reply.Worker, reply.GetType().Name)];
        }
        return reply switch
        {
            Contracts.Messages.SegmentStarted => outstanding.TakenBy == reply.Worker || address.Attempt < outstanding.Attempt
                ? []
                : [new Contracts.Events.SegmentStarted(stage.Index, address.Segment, address.Attempt, reply.Worker)],
            Contracts.Messages.SegmentFailed failed => Failed(stage, outstanding, failed),
            _ => SegmentResults.Accept(stage, reply),
        };
    }

    /// <summary>Nothing was heard of an attempt: send it again, or give up after <see cref="MaxAttempts"/>.</summary>
    public static IReadOnlyList<IExperimentEvent> Lost(Experiment state, SegmentLost lost)
    {
        var stage = state.Stages.ElementAtOrDefault(lost.Address.Stage);
        var outstanding = stage?.Outstanding.FirstOrDefault(segment => segment.Name == lost.Address.Segment);
        if (stage is null || outstanding is null || outstanding.Attempt != lost.Address.Attempt || state.IsFinal)
        {
            return [];
        }
        // A process that dies again and again is not the segment's fault as long as it is the whole machine that is
        // restarted, so a lost attempt is always repeated; only failures that a worker reports count towards the limit.
        return [Again(stage, outstanding, new FailureReason(FailureKind.Lost, "segment_lost", lost.Reason))];
    }

    private static IReadOnlyList<IExperimentEvent> Failed(Stage stage, Segment outstanding, Contracts.Messages.SegmentFailed failed)
    {
        var address = failed.Address;
        if (address.Attempt < outstanding.Attempt)
        {
            return [new SegmentResultIgnored(stage.Index, address.Segment, address.Attempt, failed.Worker, "failed: " + failed.Reason.Code)];
        }
        var again = failed.Reason.Kind is not (FailureKind.BadInput or FailureKind.NotFinite) && address.Attempt < MaxAttempts;
        var recorded = new Contracts.Events.SegmentFailed(stage.Index, address.Segment, address.Attempt, failed.Worker, failed.Reason, again);
        return again
            ? [recorded, Again(stage, outstanding, failed.Reason)]
            : [recorded, new StageFailed(stage.Index, stage.Name, failed.Reason), new ExperimentFailed(failed.Reason)];
    }

    private static SegmentRequested Again(Stage stage, Segment segment, FailureReason reason) => new(
        stage.Index, segment.Name, segment.Role, segment.Attempt + 1, segment.FromStep, segment.Iteration, segment.Shard,
        segment.PolicyVersion, segment.Model, segment.Checkpoint, reason);

    /// <summary>The settings of a stage, as submitted.</summary>
    internal static StageSpec Settings(this Experiment state, Stage stage) => state.Settings.Stages[stage.Index];
}
