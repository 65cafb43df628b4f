using JasperFx;
using Marten;
using Swift.Contracts.Rest;

namespace Swift.Api.Webhooks.Delivery;

/// <summary>
/// Sends what is due, on every node. A node claims a message by moving its next attempt ahead; if it dies meanwhile, another
/// node sends the message then, so it may come twice and is never lost.
/// </summary>
internal sealed class WebhookSender(IDocumentStore store, WebhookClient client, WebhookSettings settings, TimeProvider time, ILogger<WebhookSender> logger) : BackgroundService
{
    private const int AtOnce = 16;

    /// <summary>To one webhook: a receiver that hangs holds up nobody else's messages.</summary>
    private const int AtOnceToOne = 2;

    private readonly List<(Guid Delivery, Guid Webhook, Task Sent)> _underWay = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var begun = 0;
                try
                {
                    begun = await SendDueAsync(stoppingToken);
                }
                catch (Exception problem) when (problem is not OperationCanceledException)
                {
                    logger.LogWarning("Webhooks wait: {Reason}", problem.Message);
                }
                if (begun == 0) await Task.WhenAny([.. _underWay.Select(sending => sending.Sent), Task.Delay(settings.Poll, time, stoppingToken)]);
            }
        }
        finally
        {
            await Task.WhenAll(_underWay.Select(sending => sending.Sent));
        }
    }

    /// <summary>Begins to send what is due and has a free place.</summary>
    /// <returns>How many it began.</returns>
    private async Task<int> SendDueAsync(CancellationToken ct)
    {
        _underWay.RemoveAll(sending => sending.Sent.IsCompleted);
        if (_underWay.Count == AtOnce) return 0;

        var now = time.GetUtcNow();
        var busy = _underWay.CountBy(sending => sending.Webhook).Where(webhook => webhook.Value == AtOnceToOne).Select(webhook => webhook.Key).ToArray();
        var claiming = _underWay.Select(sending => sending.Delivery).ToArray();
        await using var query = store.QuerySession();
        var due = await query.Query<WebhookDelivery>()
            .Where(delivery => delivery.NextAttemptAt != null && delivery.NextAttemptAt <= now && !delivery.Webhook.IsOneOf(busy) && !delivery.Id.IsOneOf(claiming))
            .OrderBy(delivery => delivery.NextAttemptAt).Take(AtOnce - _underWay.Count).Select(delivery => new { delivery.Id, delivery.Webhook }).ToListAsync(ct);
        var begun = 0;
        foreach (var delivery in due)
        {
            if (_underWay.Count(sending => sending.Webhook == delivery.Webhook) == AtOnceToOne) continue;
            _underWay.Add((delivery.Id, delivery.Webhook, SendAsync(delivery.Id, ct)));
            begun++;
        }
        return begun;
    }

    private async Task SendAsync(Guid id, CancellationToken ct)
    {
        try
        {
            await using var session = store.LightweightSession();
            var delivery = await session.LoadAsync<WebhookDelivery>(id, ct);
            if (delivery?.NextAttemptAt is not { } due || due > time.GetUtcNow()) return;
            var claimed = delivery with { NextAttemptAt = time.GetUtcNow() + 2 * settings.AttemptTimeout };
            session.Store(claimed);
            await session.SaveChangesAsync(ct);

            var webhook = await session.LoadAsync<Webhook>(delivery.Webhook, ct);
            var secret = await session.LoadAsync<WebhookSecret>(delivery.Webhook, ct);
            session.Store(webhook is { Deleted: false } && secret is not null
                ? claimed.After(await client.SendAsync(webhook, secret.Key, claimed, ct), settings.RetryDelays)
                : claimed with { Status = DeliveryStatus.Dead, NextAttemptAt = null, Attempts = [.. claimed.Attempts, new DeliveryAttempt(time.GetUtcNow(), null, "The webhook was deleted.")] });
            await session.SaveChangesAsync(ct);
        }
        catch (ConcurrencyException)
        {
            // Another node has it, or somebody replayed it meanwhile.
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The process stops; the message is sent again once its claim has run out.
        }
        catch (Exception problem)
        {
            logger.LogWarning("Webhooks wait: {Reason}", problem.Message);
        }
    }
}
