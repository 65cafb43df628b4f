using JasperFx.Events;
using Marten.Events.Aggregation;
using Swift.Contracts.Events;
using Swift.Contracts.Rest;

namespace Swift.Api.Webhooks;

/// <summary>A webhook as its stream has it.</summary>
public sealed record Webhook(Guid Id, Uri Url, IReadOnlyList<string> Events, string? Description, DateTimeOffset CreatedAt, string CreatedBy, bool Deleted)
{
    internal WebhookView ToView() => new(Id, Url, Events, Description, CreatedAt, CreatedBy);
}

/// <summary>What messages to a webhook are signed with. Kept beside the stream and not in it: history is read by many.</summary>
/// <param name="Id">Of the webhook.</param>
public sealed record WebhookSecret(Guid Id, byte[] Key);

/// <summary>Lets Marten keep <see cref="Webhook"/> beside the stream, in the transaction that appends.</summary>
public sealed partial class WebhookProjection : SingleStreamProjection<Webhook, Guid>
{
    public override Webhook? Evolve(Webhook? snapshot, Guid id, IEvent e) => e.Data switch
    {
        WebhookCreated created => new Webhook(id, created.Url, created.Events, created.Description, e.Timestamp, e.UserName ?? "unknown", Deleted: false),
        WebhookDeleted => snapshot! with { Deleted = true },
        _ => snapshot,
    };
}
