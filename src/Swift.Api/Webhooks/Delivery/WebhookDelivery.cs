using Swift.Contracts.Rest;

namespace Swift.Api.Webhooks.Delivery;

/// <summary>One event for one webhook, until it is taken or given up.</summary>
/// <param name="Id">Follows from webhook and event.</param>
/// <param name="Failures">In this round: <c>:replay</c> begins another.</param>
/// <param name="NextAttemptAt">Also while an attempt is under way: from then on another node takes the one that makes it for dead. Null when nothing is to be done.</param>
public sealed record WebhookDelivery(
    Guid Id, Guid Webhook, string Event, string Payload, DateTimeOffset CreatedAt, DeliveryStatus Status, int Failures, DateTimeOffset? NextAttemptAt,
    IReadOnlyList<DeliveryAttempt> Attempts)
{
    internal string MessageId => $"msg_{Id:N}";

    internal WebhookDeliveryView ToView() => new(Id, MessageId, Event, Status, CreatedAt, NextAttemptAt, Attempts, Payload);

    internal WebhookDelivery After(DeliveryAttempt attempt, IReadOnlyList<TimeSpan> retryDelays)
    {
        var tried = this with { Attempts = [.. Attempts, attempt] };
        if (attempt.Problem is null) return tried with { Status = DeliveryStatus.Delivered, NextAttemptAt = null };
        return Failures < retryDelays.Count
            ? tried with { Failures = Failures + 1, NextAttemptAt = attempt.At + retryDelays[Failures] }
            : tried with { Failures = Failures + 1, Status = DeliveryStatus.Dead, NextAttemptAt = null };
    }
}
