using Swift.Contracts.Events;
using Swift.Contracts.Workers;

namespace Swift.Api.Audit.Replay;

/// <summary>What all events that accept a segment's result have in common.</summary>
internal sealed record AcceptedResult(int Stage, string Segment, int Attempt, WorkerIdentity Worker)
{
    internal static AcceptedResult? Of(object e) => e switch
    {
        ModelPrepared r => new(r.Stage, r.Segment, r.Attempt, r.Worker),
        SegmentTrained r => new(r.Stage, r.Segment, r.Attempt, r.Worker),
        RolloutsGenerated r => new(r.Stage, r.Segment, r.Attempt, r.Worker),
        PolicyUpdated r => new(r.Stage, r.Segment, r.Attempt, r.Worker),
        ModelEvaluated r => new(r.Stage, r.Segment, r.Attempt, r.Worker),
        ModelExported r => new(r.Stage, r.Segment, r.Attempt, r.Worker),
        ModelDeployed r => new(r.Stage, r.Segment, r.Attempt, r.Worker),
        _ => null,
    };
}
