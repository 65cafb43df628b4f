using System.Text.Json.Serialization;

namespace Swift.Contracts.Rest;

/// <summary>Body of <c>POST /v1/webhooks</c>.</summary>
/// <param name="Url">https, unless the operator of the server allows its host.</param>
/// <param name="Events">Null or empty = all that there are.</param>
public sealed record CreateWebhook(string Url, IReadOnlyList<string>? Events = null, string? Description = null);

/// <summary>A new webhook; the only time that its secret is shown.</summary>
/// <param name="Secret"><c>whsec_</c> and the base64 of the key that messages are signed with.</param>
public sealed record WebhookCreatedView(string Secret, WebhookView View);

public sealed record WebhookView(Guid Id, Uri Url, IReadOnlyList<string> Events, string? Description, DateTimeOffset CreatedAt, string CreatedBy);

[JsonConverter(typeof(SnakeCaseEnumConverter<DeliveryStatus>))]
public enum DeliveryStatus
{
    /// <summary>Not taken yet; it is tried again at <see cref="WebhookDeliveryView.NextAttemptAt"/>.</summary>
    Pending,
    /// <summary>Answered with 2xx.</summary>
    Delivered,
    /// <summary>Given up; <c>:replay</c> begins anew.</summary>
    Dead,
}

/// <param name="MessageId">Sent as <c>webhook-id</c>: the same with every attempt.</param>
/// <param name="Payload">The body, as it is sent.</param>
public sealed record WebhookDeliveryView(
    Guid Id, string MessageId, string Event, DeliveryStatus Status, DateTimeOffset CreatedAt, DateTimeOffset? NextAttemptAt,
    IReadOnlyList<DeliveryAttempt> Attempts, string Payload);

/// <param name="StatusCode">Of the answer; null when there was none.</param>
/// <param name="Problem">Why it failed; null when it did not.</param>
public sealed record DeliveryAttempt(DateTimeOffset At, int? StatusCode, string? Problem);
