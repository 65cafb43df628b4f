using JasperFx.Events;
using Swift.Contracts.Events;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;
using Swift.Contracts.Workers;

namespace Swift.Api.Audit.Replay;

/// <summary>Phases while they are found in a stream, the newest last.</summary>
internal sealed class PhaseLog
{
    private readonly List<Phase> _phases = [];

    internal void Open(PhaseKind kind, string name, IEvent e, int stage = -1) => _phases.Add(new Phase(kind, name, stage, e));

    internal void Close(PhaseKind kind, PhaseOutcome outcome, IEvent e)
    {
        if (_phases.LastOrDefault(phase => phase.Kind == kind && phase.End is null) is { } open) open.Close(outcome, e);
    }

    internal void CloseAll(PhaseOutcome outcome, IEvent e)
    {
        foreach (var open in _phases.Where(phase => phase.End is null)) open.Close(outcome, e);
    }

    /// <summary>The stage that had stopped goes on.</summary>
    internal void Reopen(IEvent e)
    {
        if (_phases.LastOrDefault(phase => phase.Kind == PhaseKind.Stopped && phase.End is null) is not { } stopped) return;
        stopped.Close(PhaseOutcome.Done, e);
        Open(PhaseKind.Stage, stopped.Name, e, stopped.Stage);
    }

    internal void Request(SegmentRequested requested, IEvent e)
    {
        if (_phases.LastOrDefault(phase => phase.Kind == PhaseKind.Stage && phase.Stage == requested.Stage) is not { } stage) return;
        if (requested.Retry?.Kind == FailureKind.Lost) End(requested.Segment, SegmentOutcome.Lost, null, e);
        stage.Segments.Add(new Attempt(requested, e.Timestamp));
    }

    internal void Taken(SegmentStarted started, IEvent e)
    {
        if (Find(started.Segment) is { } attempt) attempt.Take(started.Worker, e.Timestamp);
    }

    internal void End(string segment, SegmentOutcome outcome, WorkerIdentity? worker, IEvent e) => Find(segment)?.Close(outcome, worker, e.Timestamp);

    internal IReadOnlyList<TimelinePhase> ToViews(DateTimeOffset now) => [.. _phases.Select(phase => phase.ToView(now))];

    private Attempt? Find(string segment) => _phases
        .LastOrDefault(phase => phase.Kind == PhaseKind.Stage)?.Segments
        .LastOrDefault(attempt => attempt.Name == segment && attempt.EndedAt is null);

    private sealed class Phase(PhaseKind kind, string name, int stage, IEvent start)
    {
        public PhaseKind Kind => kind;
        public string Name => name;
        public int Stage => stage;
        public IEvent? End { get; private set; }
        public List<Attempt> Segments { get; } = [];

        private PhaseOutcome Outcome { get; set; } = PhaseOutcome.Open;

        public void Close(PhaseOutcome outcome, IEvent e)
        {
            (Outcome, End) = (outcome, e);
            foreach (var open in Segments.Where(segment => segment.EndedAt is null)) open.Close(SegmentOutcome.Dropped, null, e.Timestamp);
        }

        public TimelinePhase ToView(DateTimeOffset now) => new(
            kind, name, start.Version, End?.Version, start.Timestamp, End?.Timestamp, ((End?.Timestamp ?? now) - start.Timestamp).TotalSeconds,
            Outcome, [.. Segments.Select(segment => segment.ToView(now))]);
    }

    private sealed class Attempt(SegmentRequested requested, DateTimeOffset requestedAt)
    {
        private DateTimeOffset? _takenAt;
        private WorkerIdentity? _worker;
        private SegmentOutcome _outcome = SegmentOutcome.Open;

        public string Name => requested.Segment;
        public DateTimeOffset? EndedAt { get; private set; }

        public void Take(WorkerIdentity worker, DateTimeOffset at) => (_takenAt, _worker) = (_takenAt ?? at, worker);

        public void Close(SegmentOutcome outcome, WorkerIdentity? worker, DateTimeOffset at) =>
            (_outcome, EndedAt, _worker) = (outcome, at, worker ?? _worker);

        public TimelineSegment ToView(DateTimeOffset now)
        {
            var end = EndedAt ?? now;
            return new TimelineSegment(
                Name, requested.Role, requested.Attempt, requestedAt, _takenAt, EndedAt,
                ((_takenAt ?? end) - requestedAt).TotalSeconds, (end - (_takenAt ?? end)).TotalSeconds, _outcome, _worker);
        }
    }
}
