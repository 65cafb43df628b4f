using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Subscriptions;

namespace Swift.Api.Audit.Log;

/// <summary>Seals every event into the log, on the one node that leads the daemon. See docs/audit.md.</summary>
internal sealed class SealEvents : SubscriptionBase
{
    /// <summary>Of the subscription, and what its row of <c>mt_event_progression</c> is called.</summary>
    internal const string Subscription = "audit-log";
    internal const string Shard = Subscription + ":All";

    private bool _lookedAtAll;

    public SealEvents() => Name = Subscription;

    public override async Task<IChangeListener> ProcessEventsAsync(EventRange page, ISubscriptionController controller, IDocumentOperations operations, CancellationToken ct)
    {
        await using var connection = operations.DocumentStore.Storage.Database.CreateConnection();
        await connection.OpenAsync(ct);
        await LogSealer.SealAsync(connection, page.SequenceCeiling, everything: !_lookedAtAll, ct);
        _lookedAtAll = true;
        return NullChangeListener.Instance;
    }
}
