using MassTransit;
using Npgsql;
using Swift.Api.Messaging;
using Swift.Contracts.Messages;
using Swift.Hosting.Bus;

namespace Swift.Api.Experiments.Saga;

/// <summary>Filters of the saga's endpoint: retry outside, inbox and outbox inside.</summary>
internal sealed class ExperimentSagaDefinition : SagaDefinition<ExperimentSagaState>
{
    public ExperimentSagaDefinition() => EndpointName = QueueNames.Experiments;

    protected override void ConfigureSaga(
        IReceiveEndpointConfigurator endpointConfigurator, ISagaConfigurator<ExperimentSagaState> sagaConfigurator, IRegistrationContext context)
    {
        // A database that restarts takes seconds: hold the message meanwhile instead of putting it aside.
        endpointConfigurator.UseMessageRetry(retry =>
        {
            // Not for the broker's own failures: they end in a socket exception too, and a consumer that holds on to a dead
            // channel keeps its endpoint from being opened again.
            retry.Handle<NpgsqlException>();
            retry.Interval(600, TimeSpan.FromSeconds(1));
        });
        // Two messages of one experiment at once: the loser reads the stream again.
        endpointConfigurator.UseMessageRetry(retry =>
        {
            retry.Ignore<NpgsqlException>(exception => exception is not PostgresException);
            retry.Ignore<ConnectionException>();
            retry.Exponential(12, TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(30));
        });
        Partition(endpointConfigurator, sagaConfigurator);
        endpointConfigurator.UseMartenOutbox(context);
    }

    /// <summary>One message of an experiment at a time in this process: two at once would only make one of them read the stream again.</summary>
    private static void Partition(IReceiveEndpointConfigurator endpoint, ISagaConfigurator<ExperimentSagaState> saga)
    {
        var partitioner = endpoint.CreatePartitioner(16);
        By<AdvanceExperiment>(message => message.ExperimentId);
        By<SegmentLost>(message => message.Address.ExperimentId);
        Reply<SegmentStarted>();
        Reply<ModelPrepared>();
        Reply<SegmentTrained>();
        Reply<RolloutsGenerated>();
        Reply<PolicyTrained>();
        Reply<ModelEvaluated>();
        Reply<ModelExported>();
        Reply<ModelDeployed>();
        Reply<SegmentFailed>();

        void Reply<TMessage>()
            where TMessage : class, ISegmentReply => By<TMessage>(message => message.Address.ExperimentId);

        void By<TMessage>(Func<TMessage, Guid> experiment)
            where TMessage : class => saga.Message<TMessage>(message => message.UsePartitioner(partitioner, context => experiment(context.Message)));
    }
}
