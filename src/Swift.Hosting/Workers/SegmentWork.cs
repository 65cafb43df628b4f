using System.Diagnostics;
using Swift.Contracts.Experiments;
using Swift.Contracts.Messages;
using Swift.Contracts.Workers;

namespace Swift.Hosting.Workers;

/// <summary>What the work of a segment has at hand.</summary>
/// <param name="Scratch">A folder that goes with the segment.</param>
/// <param name="Stopping">Cancelled when the experiment was cancelled, the process stops, or the broker lost us.</param>
public sealed record SegmentWork<TCommand>(
    TCommand Command, WorkerIdentity Worker, ScratchFolder Scratch, IProgress<WorkProgress> Progress, CancellationToken Stopping)
    where TCommand : ISegmentCommand
{
    private readonly long _begin = Stopwatch.GetTimestamp();

    /// <summary>Seconds since the segment began.</summary>
    public double Seconds => Stopwatch.GetElapsedTime(_begin).TotalSeconds;
}
