using Swift.Contracts.Registry;
using Swift.Contracts.Workers;
using Swift.Hosting.Telemetry;

namespace Swift.Hosting.Workers;

/// <summary>One worker of this process: who it is, and what it does now.</summary>
public sealed class Worker(WorkerKind kind, TimeProvider time)
{
    public WorkerIdentity Identity { get; } = new(kind, Guid.NewGuid(), Environment.MachineName, Environment.ProcessId, SwiftVersion.Current);

    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary><c>experiment/stage/segment</c>; null when idle.</summary>
    public string? Segment { get; internal set; }

    /// <summary>Where it serves models; null when it serves none.</summary>
    public string? ServingEndpoint { get; set; }

    /// <summary>The models behind the endpoint; null when it serves none.</summary>
    public IReadOnlyList<ServedModelView>? Serving { get; set; }

    /// <summary>Held while a segment runs: a broker that comes back may deliver one again before the first has let go.</summary>
    internal SemaphoreSlim Turn { get; } = new(1);

    internal WorkerHeartbeat Heartbeat() => new(Identity, StartedAt, Segment, ServingEndpoint, Serving);
}
