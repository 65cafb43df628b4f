using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Swift.Api.Experiments.Feed;
using Swift.Api.Experiments.Metrics;
using Swift.Api.Experiments.Recovery;
using Swift.Api.Experiments.Saga;
using Swift.Api.Experiments.Aggregate;
using Swift.Api.Lineage;
using Swift.Api.Messaging;
using Swift.Contracts;
using Weasel.Core;

namespace Swift.Api.EventStore;

/// <summary>Marten as the event store. The reasons for the switches are in docs/decisions.</summary>
internal static class MartenSetup
{
    internal static IServiceCollection AddSwiftEventStore(this IServiceCollection services, string connectionString)
    {
        services.AddSingleton<ExperimentFeed>();
        services.AddMarten(provider =>
            {
                var options = new StoreOptions();
                options.Connection(connectionString);
                options.DatabaseSchemaName = "swift";
                options.UseSystemTextJsonForSerialization(EnumStorage.AsString, Casing.SnakeCase, SwiftJson.Apply);
                options.Listeners.Add(provider.GetRequiredService<ExperimentFeed>());
                options.Events.TimeProvider = new MicrosecondClock(provider.GetRequiredService<TimeProvider>());
                ConfigureEvents(options);
                ConfigureDocuments(options);
                return options;
            })
            .UseLightweightSessions()
            .ApplyAllDatabaseChangesOnStartup()
            .AddSubscriptionWithServices<ExperimentRelay>(ServiceLifetime.Singleton)
            .AddAsyncDaemon(DaemonMode.HotCold);
        return services;
    }

    private static void ConfigureEvents(StoreOptions options)
    {
        options.Events.StreamIdentity = StreamIdentity.AsGuid;
        // Rich: version and time are known while inline projections fold, so a rebuild gives equal documents.
        options.Events.AppendMode = EventAppendMode.Rich;
        options.Events.MetadataConfig.EnableAll();
        options.Events.MetadataConfig.UserNameEnabled = true;
        options.Events.UseMandatoryStreamTypeDeclaration = true;
        options.Events.EnableUniqueIndexOnEventId = true;
        options.Events.UseAdvisoryLockTransaction = true;
        options.Events.UseListenNotifyForEventAppends = true;
        options.Events.EnableExtendedProgressionTracking = true;
        options.Projections.Errors.SkipApplyErrors = false;
        options.Projections.Errors.SkipSerializationErrors = false;
        options.Projections.Errors.SkipUnknownEvents = false;
        options.MapSwiftEvents();
        options.Projections.Add<ExperimentProjection>(ProjectionLifecycle.Inline);
        options.Projections.Add<LineageProjection>(ProjectionLifecycle.Inline);
        options.Projections.Add<MetricProjection>(ProjectionLifecycle.Async);
    }

    private static void ConfigureDocuments(StoreOptions options)
    {
        options.Schema.For<Experiment>()
            .Duplicate(experiment => experiment.Status)
            .Duplicate(experiment => experiment.Name)
            .Duplicate(experiment => experiment.SubmittedAt);
        options.Schema.For<MetricBatch>().Index(batch => batch.ExperimentId);
        options.Schema.For<LineageLink>().Duplicate(link => link.Digest).Duplicate(link => link.StageKey).Duplicate(link => link.Experiment);
        options.Schema.For<InboxRecord>().Index(record => record.ConsumedAt);
        options.Schema.For<ExperimentSagaState>().Identity(saga => saga.CorrelationId).UseNumericRevisions(true);
    }
}
