using System.Diagnostics;
using Marten;
using Swift.Contracts.Workers;
using Swift.Hosting.Telemetry;

namespace Swift.Api.EventStore;

/// <summary>Who did it, for what, because of what: written on every event of a session.</summary>
internal static class SessionStamp
{
    /// <summary>Header: version of the code that wrote the event.</summary>
    internal const string CodeVersion = "code_version";

    /// <summary>Header: the worker whose answer led to the event.</summary>
    internal const string Worker = "worker";

    /// <param name="actor">A person's key or login, <c>swift</c>, or <c>worker/kind/instance</c>.</param>
    /// <param name="correlation">The experiment or other stream that it belongs to.</param>
    /// <param name="causation">The message or request that caused it.</param>
    /// <param name="worker">Whose answer it was.</param>
    internal static void Stamp(this IDocumentSession session, string actor, Guid correlation, Guid? causation, WorkerIdentity? worker = null)
    {
        session.LastModifiedBy = actor;
        session.CorrelationId = correlation.ToString();
        session.CausationId = (causation ?? correlation).ToString();
        session.SetHeader(CodeVersion, SwiftVersion.Current);
        if (worker is not null)
        {
            session.SetHeader(Worker, worker);
        }
        if (Activity.Current?.Id is { } traceParent)
        {
            session.SetHeader("traceparent", traceParent);
        }
    }
}
