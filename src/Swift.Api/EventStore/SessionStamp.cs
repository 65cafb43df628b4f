using System.Diagnostics;
using Marten;

namespace Swift.Api.EventStore;

/// <summary>Who did it, for what, because of what: written on every event of a session.</summary>
internal static class SessionStamp
{
    /// <param name="actor">A person's key or login, <c>swift</c>, or <c>worker/kind/instance</c>.</param>
    /// <param name="correlation">The experiment or other stream that it belongs to.</param>
    /// <param name="causation">The message or request that caused it.</param>
    internal static void Stamp(this IDocumentSession session, string actor, Guid correlation, Guid? causation)
    {
        session.LastModifiedBy = actor;
        session.CorrelationId = correlation.ToString();
        session.CausationId = (causation ?? correlation).ToString();
        if (Activity.Current?.Id is { } traceParent)
        {
            session.SetHeader("traceparent", traceParent);
        }
    }
}
