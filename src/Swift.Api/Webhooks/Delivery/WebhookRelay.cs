using System.Text.Json;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Subscriptions;
using Swift.Api.EventStore;
using Swift.Api.Experiments.Aggregate;
using Swift.Api.Registry.Aggregate;
using Swift.Contracts;
using Swift.Contracts.Events;
using Swift.Contracts.Rest;

namespace Swift.Api.Webhooks.Delivery;

/// <summary>
/// Writes down what is to be sent, in the transaction that remembers how far the events were read: each event becomes one delivery
/// for each webhook that wants it, whatever is killed when. Events from before a webhook was made are not for it.
/// </summary>
internal sealed class WebhookRelay : SubscriptionBase
{
    private readonly TimeProvider _time;

    public WebhookRelay(TimeProvider time)
    {
        _time = time;
        Name = "webhooks";
        foreach (var type in WebhookEventTypes.Names.Keys) IncludeType(type);
    }

    public override async Task<IChangeListener> ProcessEventsAsync(EventRange page, ISubscriptionController controller, IDocumentOperations operations, CancellationToken cancellationToken)
    {
        var webhooks = await operations.Query<Webhook>().Where(webhook => !webhook.Deleted).ToListAsync(cancellationToken);
        if (webhooks.Count == 0) return NullChangeListener.Instance;
        foreach (var e in page.Events)
        {
            if (!WebhookEventTypes.Names.TryGetValue(e.EventType, out var name)) continue;
            var wanting = webhooks.Where(webhook => webhook.CreatedAt <= e.Timestamp && webhook.Events.Contains(name)).ToList();
            if (wanting.Count == 0) continue;
            var payload = await PayloadAsync(name, e, operations, cancellationToken);
            var now = _time.GetUtcNow();
            foreach (var webhook in wanting)
            {
                operations.Store(new WebhookDelivery(
                    DeterministicId.From("webhook-delivery", $"{webhook.Id:N} {e.Id:N}"), webhook.Id, name, payload, now, DeliveryStatus.Pending, 0, now, []));
            }
        }
        return NullChangeListener.Instance;
    }

    private static async Task<string> PayloadAsync(string name, IEvent e, IQuerySession session, CancellationToken ct)
    {
        var data = e.Data is IModelEvent
            ? new { Id = e.StreamId, (await session.LoadAsync<RegisteredModel>(e.StreamId, ct))?.Name, e.Version, Actor = e.UserName, Event = JsonSerializer.SerializeToElement(e.Data, e.EventType, SwiftJson.Options) }
            : new { Id = e.StreamId, (await session.LoadAsync<Experiment>(e.StreamId, ct))?.Name, e.Version, Actor = e.UserName, Event = JsonSerializer.SerializeToElement(e.Data, e.EventType, SwiftJson.Options) };
        return JsonSerializer.Serialize(new { Type = name, e.Timestamp, Data = data }, SwiftJson.Options);
    }
}
