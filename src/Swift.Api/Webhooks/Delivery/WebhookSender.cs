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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await SendDueAsync(stoppingToken) == AtOnce) continue;
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                logger.LogWarning("Webhooks wait: {Reason}", problem.Message);
            }
            await Task.Delay(settings.Poll, time, stoppingToken);
        }
    }

    private async Task<int> SendDueAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var query = store.QuerySession();
        var due = await query.Query<WebhookDelivery>().Where(delivery => delivery.NextAttemptAt != null && delivery.NextAttemptAt <= now)
            .OrderBy(delivery => delivery.NextAttemptAt).Select(delivery => delivery.Id).Take(AtOnce).ToListAsync(ct);
        await Task.WhenAll(due.Select(id => SendAsync(id, ct)));
        return due.Count;
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
    }
}
