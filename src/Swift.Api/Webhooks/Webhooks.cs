using System.Globalization;
using System.Security.Cryptography;
using Marten;
using Swift.Api.Errors;
using Swift.Api.EventStore;
using Swift.Api.Paging;
using Swift.Api.Webhooks.Delivery;
using Swift.Api.Webhooks.Network;
using Swift.Contracts.Events;
using Swift.Contracts.Rest;

namespace Swift.Api.Webhooks;

/// <summary>The webhooks and what was sent to them.</summary>
internal sealed class Webhooks(IDocumentStore store, TargetGuard guard, PageTokens tokens, TimeProvider time)
{
    /// <exception cref="ProblemException"><c>invalid_webhook</c></exception>
    internal async Task<WebhookCreatedView> CreateAsync(CreateWebhook wanted, string actor, CancellationToken ct)
    {
        if (!Uri.TryCreate(wanted.Url, UriKind.Absolute, out var url)) throw Bad("url", "Is not an absolute https address.");
        if (await guard.ProblemOfAsync(url, ct) is { } problem) throw Bad("url", problem);
        foreach (var name in wanted.Events ?? [])
        {
            if (!WebhookEventTypes.Names.Values.Contains(name)) throw Bad("events", $"There is no \"{name}\"; there are {string.Join(", ", WebhookEventTypes.Names.Values)}.");
        }
        var id = Guid.CreateVersion7();
        var key = RandomNumberGenerator.GetBytes(WebhookSignature.KeyBytes);
        await using var session = store.LightweightSession();
        session.Stamp(actor, id, null);
        session.Events.StartStream<Webhook>(id, new WebhookCreated(url, [.. (wanted.Events is { Count: > 0 } chosen ? chosen : WebhookEventTypes.Names.Values).Distinct()], wanted.Description));
        session.Store(new WebhookSecret(id, key));
        await session.SaveChangesAsync(ct);
        return new WebhookCreatedView(WebhookSignature.WriteSecret(key), (await FindAsync(session, id, ct)).ToView());
    }

    internal async Task<IReadOnlyList<WebhookView>> ListAsync(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return [.. (await session.Query<Webhook>().Where(webhook => !webhook.Deleted).OrderBy(webhook => webhook.Id).ToListAsync(ct)).Select(webhook => webhook.ToView())];
    }

    /// <exception cref="ProblemException"><c>webhook_not_found</c></exception>
    internal async Task<WebhookView> GetAsync(Guid id, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return (await FindAsync(session, id, ct)).ToView();
    }

    /// <summary>Nothing more is sent, also of what waits.</summary>
    /// <exception cref="ProblemException"><c>webhook_not_found</c></exception>
    internal async Task DeleteAsync(Guid id, string actor, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        await FindAsync(session, id, ct);
        session.Stamp(actor, id, null);
        var stream = await session.Events.FetchForWriting<Webhook>(id, ct);
        stream.AppendOne(new WebhookDeleted());
        session.Delete<WebhookSecret>(id);
        await session.SaveChangesAsync(ct);
    }

    /// <summary>The newest first.</summary>
    internal async Task<Page<WebhookDeliveryView>> DeliveriesAsync(Guid id, DeliveryStatus? status, int? pageSize, string? pageToken, CancellationToken ct)
    {
        var size = PageSize.Of(pageSize);
        await using var session = store.QuerySession();
        await FindAsync(session, id, ct);
        var list = string.Create(CultureInfo.InvariantCulture, $"webhooks/{id:N}/deliveries?status={status}");
        // Few: what a webhook was sent; the newest are asked for nearly always.
        var skip = pageToken is null ? 0 : int.Parse(await tokens.ReadAsync(list, pageToken, ct), CultureInfo.InvariantCulture);
        var query = session.Query<WebhookDelivery>().Where(delivery => delivery.Webhook == id);
        if (status is { } wanted) query = query.Where(delivery => delivery.Status == wanted);
        var found = await query.OrderByDescending(delivery => delivery.CreatedAt).ThenBy(delivery => delivery.Id).Skip(skip).Take(size + 1).ToListAsync(ct);
        return new Page<WebhookDeliveryView>(
            [.. found.Take(size).Select(delivery => delivery.ToView())],
            found.Count > size ? await tokens.WriteAsync(list, (skip + size).ToString(CultureInfo.InvariantCulture), ct) : null);
    }

    /// <summary>Sends it again, with the same id and body, whether it was taken before or not.</summary>
    /// <exception cref="ProblemException"><c>webhook_not_found</c>, <c>delivery_not_found</c></exception>
    internal async Task<WebhookDeliveryView> ReplayAsync(Guid id, Guid deliveryId, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        await FindAsync(session, id, ct);
        var delivery = await session.LoadAsync<WebhookDelivery>(deliveryId, ct);
        if (delivery?.Webhook != id) throw new ProblemException(StatusCodes.Status404NotFound, "delivery_not_found", "This webhook has no such delivery.");
        var again = delivery with { Status = DeliveryStatus.Pending, Failures = 0, NextAttemptAt = time.GetUtcNow() };
        session.Store(again);
        await session.SaveChangesAsync(ct);
        return again.ToView();
    }

    private static async Task<Webhook> FindAsync(IQuerySession session, Guid id, CancellationToken ct) =>
        await session.LoadAsync<Webhook>(id, ct) is { Deleted: false } webhook
            ? webhook
            : throw new ProblemException(StatusCodes.Status404NotFound, "webhook_not_found", "There is no such webhook; GET /v1/webhooks lists them.");

    private static ProblemException Bad(string field, string message) => ProblemException.OfField("invalid_webhook", field, message);
}
