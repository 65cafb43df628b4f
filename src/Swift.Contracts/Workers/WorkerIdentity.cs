using System.Text.Json.Serialization;
using Swift.Contracts.Registry;

namespace Swift.Contracts.Workers;

[JsonConverter(typeof(SnakeCaseEnumConverter<WorkerKind>))]
public enum WorkerKind
{
    Train,
    Rollout,
    Eval,
    Export,
}

/// <summary>Who did a piece of work; written into the event that records it.</summary>
/// <param name="Instance">New at every start of a worker.</param>
/// <param name="CodeVersion">Informational version of the assembly that ran.</param>
public sealed record WorkerIdentity(WorkerKind Kind, Guid Instance, string Host, int ProcessId, string CodeVersion);

/// <summary>Published every few seconds by every worker; readiness and the dashboard read it.</summary>
/// <param name="Segment">What it works on now, <c>experiment/stage/segment</c>; null when idle.</param>
/// <param name="Serving">The models behind its endpoint; null when it serves none.</param>
public sealed record WorkerHeartbeat(
    WorkerIdentity Worker, DateTimeOffset StartedAt, string? Segment, string? ServingEndpoint, IReadOnlyList<ServedModelView>? Serving = null);
