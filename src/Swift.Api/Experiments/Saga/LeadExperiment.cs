using Marten;
using JasperFx.Events;
using MassTransit;
using Swift.Api.EventStore;
using Swift.Api.Experiments.Decisions;
using Swift.Api.Experiments.Aggregate;
using Swift.Api.Registry;
using Swift.Api.Registry.Aggregate;
using Swift.Api.Registry.Decisions;
using Swift.Contracts.Events;
using Swift.Contracts.Experiments;
using Swift.Contracts.Messages;
using Swift.Hosting.Bus;

namespace Swift.Api.Experiments.Saga;

/// <summary>
/// One step of leading an experiment, in the transaction of the message that asked for it: decide, append, and hand the
/// commands to the outbox, which sends them once the events are committed.
/// </summary>
internal sealed class LeadExperiment<TMessage>(IDocumentSession session, TimeProvider time, ILogger<ExperimentSaga> logger)
    : IStateMachineActivity<ExperimentSagaState, TMessage>
    where TMessage : class
{
    public async Task Execute(BehaviorContext<ExperimentSagaState, TMessage> context, IBehavior<ExperimentSagaState, TMessage> next)
    {
        var stream = await session.Events.FetchForWriting<Experiment>(context.Saga.CorrelationId, context.CancellationToken);
        if (stream.Aggregate is { } before)
        {
            var worker = (context.Message as ISegmentReply)?.Worker;
            session.Stamp(worker is null ? "swift" : $"worker/{worker.Kind.ToString().ToLowerInvariant()}/{worker.Instance:N}", before.Id, context.MessageId, worker);
            var registry = await Registry(before, context.CancellationToken);
            var lookup = registry is null ? null : new RegistryLookup(before.CurrentStage!.Index, registry.Aggregate);
            var (after, events) = ExperimentStep.Take(before, context.Message, time.GetUtcNow(), lookup);
            if (events.Count > 0)
            {
                stream.AppendMany(events.Cast<object>().ToArray());
            }
            if (events.OfType<ModelRegistered>().SingleOrDefault() is { } registered)
            {
                registry!.AppendMany(Promotion.Record(after, registered).Cast<object>().ToArray());
            }
            await Send(context, before, after, events);
            context.Saga.StreamVersion = after.Version;
            context.AddOrUpdatePayload(() => new ExperimentLed(after.Status), _ => new ExperimentLed(after.Status));
        }
        else
        {
            logger.LogWarning("{Message} for experiment {Experiment}, which has no events: ignored", typeof(TMessage).Name, context.Saga.CorrelationId);
        }
        await next.Execute(context);
    }

    /// <summary>The model that a register stage writes to, in the same transaction (a lost race is decided again), or whose alias a deploy stage follows.</summary>
    private async Task<IEventStream<RegisteredModel>?> Registry(Experiment before, CancellationToken ct) =>
        RegistryLookup.Needed(before) is { } stage
            ? await session.Events.FetchForWriting<RegisteredModel>(RegisteredModels.StreamOf(RegistryLookup.ModelName(before, stage)!), ct)
            : null;

    private static async Task Send(
        BehaviorContext<ExperimentSagaState, TMessage> context, Experiment before, Experiment after, IReadOnlyList<IExperimentEvent> events)
    {
        foreach (var command in ExperimentStep.Commands(after, events))
        {
            var endpoint = await context.GetSendEndpoint(QueueNames.AddressOf(command));
            await endpoint.Send(command, command.GetType(), context.CancellationToken);
        }
        if (RegistryLookup.Needed(after) is { } looking && events.OfType<StageStarted>().Any(started => started.Stage == looking.Index))
        {
            // A step of its own, so that nothing that comes before is decided again when somebody else writes to the model.
            var endpoint = await context.GetSendEndpoint(QueueNames.ExperimentsAddress);
            await endpoint.Send(new AdvanceExperiment(after.Id, "look into the registry"), context.CancellationToken);
        }
        if (after.Status is ExperimentStatus.Failed or ExperimentStatus.Cancelled && (before.Status != after.Status || context.Message is AdvanceExperiment))
        {
            await context.Publish(new StopExperiment(after.Id), context.CancellationToken);
        }
    }

    public Task Faulted<TException>(
        BehaviorExceptionContext<ExperimentSagaState, TMessage, TException> context, IBehavior<ExperimentSagaState, TMessage> next)
        where TException : Exception => next.Faulted(context);

    public void Accept(StateMachineVisitor visitor) => visitor.Visit(this);

    public void Probe(ProbeContext context) => context.CreateScope("lead-experiment");
}
