using Microsoft.AspNetCore.Http.HttpResults;
using Swift.Api.Access;
using Swift.Api.Errors;
using Swift.Api.EventStore;
using Swift.Contracts.Access;
using Swift.Contracts.Rest;

namespace Swift.Api.Webhooks;

/// <summary>Routes of <c>/v1/webhooks</c>.</summary>
internal static class WebhookEndpoints
{
    internal static void MapWebhooks(this RouteGroupBuilder v1)
    {
        var webhooks = v1.MapGroup("/webhooks").RequireRole(Role.Operator, Role.Admin).WithTags("Webhooks");
        webhooks.MapPost("", Create).WithName("CreateWebhook").WithSummary("Tells an address what happens; the secret that messages are signed with is shown this once.");
        webhooks.MapGet("", async (Webhooks all, CancellationToken ct) => TypedResults.Ok(new Page<WebhookView>(await all.ListAsync(ct), null)))
            .WithName("ListWebhooks").WithSummary("All webhooks, never their secrets.");
        webhooks.MapGet("/{id:guid}", async (Guid id, Webhooks all, CancellationToken ct) => TypedResults.Ok(await all.GetAsync(id, ct)))
            .WithName("GetWebhook").WithSummary("One webhook.");
        webhooks.MapDelete("/{id:guid}", Delete).WithName("DeleteWebhook").WithSummary("Sends nothing more, also of what waits.");
        webhooks.MapGet("/{id:guid}/deliveries", Deliveries).WithName("ListWebhookDeliveries").WithSummary("What was sent, the newest first, with every attempt and why it failed.");
        webhooks.MapPost("/{id:guid}/deliveries/{delivery:guid}:replay", Replay).WithName("ReplayWebhookDelivery").WithSummary("Sends a message again, with the same id.");
    }

    private static async Task<Created<WebhookCreatedView>> Create(CreateWebhook body, Webhooks all, HttpContext http, CancellationToken ct)
    {
        var created = await all.CreateAsync(body, http.Actor(), ct);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/v1/webhooks/{created.View.Id}", created);
    }

    private static async Task<NoContent> Delete(Guid id, Webhooks all, HttpContext http, CancellationToken ct)
    {
        await all.DeleteAsync(id, http.Actor(), ct);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Page<WebhookDeliveryView>>> Deliveries(
        Guid id, Webhooks all, CancellationToken ct, string? status = null, int? pageSize = null, string? pageToken = null) =>
        TypedResults.Ok(await all.DeliveriesAsync(id, status is null ? null : ReadStatus(status), pageSize, pageToken, ct));

    private static DeliveryStatus ReadStatus(string status) => Enum.TryParse<DeliveryStatus>(status, ignoreCase: true, out var read) && !int.TryParse(status, out _)
        ? read
        : throw ProblemException.OfField("bad_status", "status", $"Is one of {string.Join(", ", Enum.GetNames<DeliveryStatus>().Select(name => name.ToLowerInvariant()))}.");

    private static async Task<Accepted<WebhookDeliveryView>> Replay(Guid id, Guid delivery, Webhooks all, CancellationToken ct) =>
        TypedResults.Accepted($"/v1/webhooks/{id}/deliveries", await all.ReplayAsync(id, delivery, ct));
}
