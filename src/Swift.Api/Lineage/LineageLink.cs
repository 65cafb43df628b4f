using Swift.Contracts.Artifacts;
using Swift.Contracts.Events;

namespace Swift.Api.Lineage;

/// <summary>One event says that one artifact was used or made by a stage, or by one of its segments.</summary>
public sealed record LineageLink
{
    /// <summary>From the event's id and the link's place in it: projecting it twice writes the same document.</summary>
    public required Guid Id { get; init; }
    public required string Digest { get; init; }
    public required ArtifactKind Kind { get; init; }
    public required long Size { get; init; }
    /// <summary>Made by the step; else used.</summary>
    public required bool Made { get; init; }
    public required string Role { get; init; }
    /// <summary>What people call it: a path, the name of a result.</summary>
    public required string Name { get; init; }
    public required Guid Experiment { get; init; }
    public required int Stage { get; init; }
    /// <summary>Experiment and stage in one, for the index.</summary>
    public required string StageKey { get; init; }
    /// <summary>Null: the stage as a whole.</summary>
    public string? Segment { get; init; }
    public SegmentRole? SegmentRole { get; init; }
    /// <summary>Of the worker that made it.</summary>
    public string? CodeVersion { get; init; }
    public required long StreamVersion { get; init; }

    internal static string KeyOf(Guid experiment, int stage) => $"{experiment}/{stage}";
}
