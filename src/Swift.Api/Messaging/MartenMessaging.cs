using Marten;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.Saga;

namespace Swift.Api.Messaging;

/// <summary>Registration of sagas, inbox and outbox on Marten.</summary>
internal static class MartenMessaging
{
    public static ISagaRegistrationConfigurator<TSaga> MartenRepository<TSaga>(this ISagaRegistrationConfigurator<TSaga> configurator)
        where TSaga : class, ISaga => configurator.Repository(repository =>
    {
        repository.RegisterLoadSagaRepository<TSaga, MartenSagaRepository<TSaga>>();
        repository.RegisterQuerySagaRepository<TSaga, MartenSagaRepository<TSaga>>();
        repository.RegisterSagaRepository<TSaga, IDocumentSession, SagaConsumeContextFactory<IDocumentSession, TSaga>, MartenSagaRepository<TSaga>>();
    });

    public static void UseMartenOutbox(this IReceiveEndpointConfigurator endpoint, IRegistrationContext context)
    {
        var outbox = new OutboxConsumePipeSpecificationObserver<IDocumentSession>(endpoint, context) { MessageDeliveryLimit = 100 };
        endpoint.ConnectConsumerConfigurationObserver(outbox);
        endpoint.ConnectSagaConfigurationObserver(outbox);
        endpoint.ConnectActivityConfigurationObserver(outbox);
    }
}
