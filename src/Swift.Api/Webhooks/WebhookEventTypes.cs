using Swift.Contracts.Events;

namespace Swift.Api.Webhooks;

/// <summary>What can be told, under the name that is sent.</summary>
internal static class WebhookEventTypes
{
    internal static IReadOnlyDictionary<Type, string> Names { get; } = new Dictionary<Type, string>
    {
        [typeof(ExperimentSucceeded)] = "experiment.succeeded",
        [typeof(ExperimentFailed)] = "experiment.failed",
        [typeof(ExperimentCancelled)] = "experiment.cancelled",
        [typeof(ModelAliasMoved)] = "model.alias_moved",
        [typeof(ModelPromotionRefused)] = "model.promotion_refused",
    };
}
