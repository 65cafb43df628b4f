using JasperFx.Events.Projections;
using Marten;
using Swift.Api.Webhooks.Delivery;
using Swift.Api.Webhooks.Network;
using Swift.Contracts.Events;

namespace Swift.Api.Webhooks;

/// <summary>The services of this folder. See docs/webhooks.md.</summary>
internal static class SwiftWebhooks
{
    internal static IServiceCollection AddSwiftWebhooks(this IServiceCollection services, WebhookSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton<TargetGuard>();
        services.AddSingleton<WebhookClient>();
        services.AddSingleton<Webhooks>();
        services.AddHostedService<WebhookSender>();
        services.ConfigureMarten((provider, options) =>
        {
            options.Events.MapEventType<WebhookCreated>("webhook_created.v1");
            options.Events.MapEventType<WebhookDeleted>("webhook_deleted.v1");
            options.Projections.Add<WebhookProjection>(ProjectionLifecycle.Inline);
            options.Projections.Subscribe(new WebhookRelay(provider.GetRequiredService<TimeProvider>()));
            options.Schema.For<WebhookDelivery>().UseOptimisticConcurrency(true).Duplicate(delivery => delivery.Webhook).Duplicate(delivery => delivery.NextAttemptAt);
        });
        return services;
    }
}
