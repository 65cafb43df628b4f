using System.Text.Json;
using System.Text.Json.Serialization;
using Swift.Contracts.Events;
using Swift.Contracts.Experiments;
using Swift.Contracts.Workers;

namespace Swift.Contracts.Rest;

/// <summary>What an experiment was after some event: its history up to there, folded.</summary>
/// <param name="Version">Of the last event folded.</param>
/// <param name="At">When that event happened.</param>
/// <param name="EventType">What that event was.</param>
/// <param name="StateDigest">SHA-256 of <paramref name="State"/> in canonical form (docs/audit.md).</param>
/// <param name="State">All that decisions knew, work under way included. Reads as an <see cref="ExperimentView"/>, and has more.</param>
public sealed record ExperimentStateAt(Guid Id, long Version, DateTimeOffset At, string EventType, string StateDigest, JsonElement State);

/// <summary>What changed between two versions of an experiment.</summary>
public sealed record ExperimentDiff(Guid Id, long From, long To, IReadOnlyList<FieldChange> Changes);

/// <param name="Path"><c>stages[sft].step</c>: an element of a list goes by its name if it has one, else by its place.</param>
/// <param name="Before">Null when there was nothing.</param>
/// <param name="After">Null when nothing is left.</param>
/// <param name="ChangedBy">Version of the event that changed it last.</param>
public sealed record FieldChange(string Path, JsonElement? Before, JsonElement? After, long ChangedBy);

/// <summary>Where the time of an experiment went.</summary>
/// <param name="Seconds">From submission to the end, or until now.</param>
/// <param name="Phases">By beginning; a pause lies over the stage that it paused.</param>
public sealed record ExperimentTimeline(
    Guid Id, string Name, ExperimentStatus Status, DateTimeOffset SubmittedAt, DateTimeOffset? FinishedAt, double Seconds,
    IReadOnlyList<TimelinePhase> Phases);

[JsonConverter(typeof(SnakeCaseEnumConverter<PhaseKind>))]
public enum PhaseKind
{
    /// <summary>Submitted, nothing begun.</summary>
    Waiting,
    Stage,
    Paused,
    /// <summary>Failed, until somebody had it tried again.</summary>
    Stopped,
}

[JsonConverter(typeof(SnakeCaseEnumConverter<PhaseOutcome>))]
public enum PhaseOutcome
{
    /// <summary>Not over.</summary>
    Open,
    Done,
    Failed,
    Cancelled,
}

/// <param name="Name">Of the stage; else the kind.</param>
/// <param name="FromVersion">Event that began it.</param>
/// <param name="ToVersion">Event that ended it; null while it lasts.</param>
/// <param name="Segments">Every attempt of every segment, in the order of requests.</param>
public sealed record TimelinePhase(
    PhaseKind Kind, string Name, long FromVersion, long? ToVersion, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, double Seconds,
    PhaseOutcome Outcome, IReadOnlyList<TimelineSegment> Segments);

[JsonConverter(typeof(SnakeCaseEnumConverter<SegmentOutcome>))]
public enum SegmentOutcome
{
    /// <summary>Not over.</summary>
    Open,
    /// <summary>Its result counts.</summary>
    Accepted,
    Failed,
    /// <summary>The worker fell silent; it was sent again.</summary>
    Lost,
    /// <summary>The stage ended without it.</summary>
    Dropped,
}

/// <param name="WaitedSeconds">From the request until a worker took it.</param>
/// <param name="WorkedSeconds">From there to its end.</param>
/// <param name="Worker">That took it last.</param>
public sealed record TimelineSegment(
    string Name, SegmentRole Role, int Attempt, DateTimeOffset RequestedAt, DateTimeOffset? TakenAt, DateTimeOffset? EndedAt,
    double WaitedSeconds, double WorkedSeconds, SegmentOutcome Outcome, WorkerIdentity? Worker);
