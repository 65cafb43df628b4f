using Swift.Contracts.Messages;

namespace Swift.Hosting.Workers;

/// <summary>
/// The last answers of this process: a command that is delivered again is answered again without working twice.
/// Only thrift: the same work gives the same artifacts.
/// </summary>
internal sealed class AnsweredSegments
{
    private const int Remembered = 32;
    private readonly Lock _gate = new();
    private readonly LinkedList<ISegmentReply> _answers = new();

    public ISegmentReply? Find(SegmentAddress address)
    {
        lock (_gate) return _answers.FirstOrDefault(answer => IsSame(answer.Address, address));
    }

    public void Add(ISegmentReply answer)
    {
        lock (_gate)
        {
            _answers.AddFirst(answer);
            if (_answers.Count > Remembered) _answers.RemoveLast();
        }
    }

    /// <summary>Whatever the attempt: the first result of any attempt counts.</summary>
    private static bool IsSame(SegmentAddress one, SegmentAddress other) =>
        (one.ExperimentId, one.Stage, one.Segment) == (other.ExperimentId, other.Stage, other.Segment);
}
