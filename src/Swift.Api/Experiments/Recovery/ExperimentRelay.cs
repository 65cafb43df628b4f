using System.Diagnostics;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Subscriptions;
using MassTransit;
using Swift.Contracts.Events;
using Swift.Contracts.Messages;
using Swift.Hosting.Bus;

namespace Swift.Api.Experiments.Recovery;

/// <summary>
/// Carries what the REST API wrote to the saga: the event is its own outbox row, so a request is answered as soon as it
/// is durable. At least once, in order; the saga finds nothing to do the second time.
/// </summary>
public sealed class ExperimentRelay : SubscriptionBase
{
    private static readonly ActivitySource Traces = new("Swift.Api");
    private readonly IBus _bus;
    private readonly ILogger<ExperimentRelay> _logger;

    public ExperimentRelay(IBus bus, ILogger<ExperimentRelay> logger)
    {
        (_bus, _logger) = (bus, logger);
        Name = "experiment-relay";
        IncludeType<ExperimentSubmitted>();
        IncludeType<ExperimentResumed>();
        IncludeType<ExperimentRetried>();
        IncludeType<ExperimentPaused>();
        IncludeType<ExperimentCancelled>();
    }

    public override async Task<IChangeListener> ProcessEventsAsync(
        EventRange page, ISubscriptionController controller, IDocumentOperations operations, CancellationToken cancellationToken)
    {
        foreach (var e in page.Events)
        {
            // The trace of the request that wrote the event goes on into the bus.
            var parent = e.Headers?.GetValueOrDefault("traceparent")?.ToString();
            using var activity = ActivityContext.TryParse(parent, null, isRemote: true, out var context)
                ? Traces.StartActivity("relay experiment", ActivityKind.Producer, context)
                : null;
            await Send(new AdvanceExperiment(e.StreamId, e.EventTypeName), e.Id, cancellationToken);
        }
        return NullChangeListener.Instance;
    }

    /// <summary>Waits for the broker instead of failing: a subscription that throws is paused for seconds and loses its place in the log of errors.</summary>
    private async Task Send(AdvanceExperiment message, Guid messageId, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                var endpoint = await _bus.GetSendEndpoint(QueueNames.ExperimentsAddress);
                await endpoint.Send(message, context => context.MessageId = messageId, ct);
                return;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                _logger.LogWarning("The bus does not take messages ({Reason}); trying again", exception.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), ct);
            }
        }
    }
}
