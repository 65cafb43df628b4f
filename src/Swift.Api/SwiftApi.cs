using MassTransit;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Swift.Api.Access;
using Swift.Api.Admin;
using Swift.Api.Artifacts;
using Swift.Api.Audit;
using Swift.Api.Audit.Proofs;
using Swift.Api.Audit.Replay;
using Swift.Api.Errors;
using Swift.Api.EventStore;
using Swift.Api.Experiments.Endpoints;
using Swift.Api.Experiments.Recovery;
using Swift.Api.Experiments.Saga;
using Swift.Api.Health;
using Swift.Api.Limits;
using Swift.Api.Lineage;
using Swift.Api.Messaging;
using Swift.Api.OpenApi;
using Swift.Api.Paging;
using Swift.Api.Pipelines;
using Swift.Api.Pipelines.Inputs;
using Swift.Api.Registry;
using Swift.Api.Registry.Endpoints;
using Swift.Api.Reproduction;
using Swift.Api.Schedules;
using Swift.Api.Schedules.Endpoints;
using Swift.Api.Webhooks;
using Swift.Api.Workers;
using Swift.Contracts;
using Swift.Hosting.Bus;

namespace Swift.Api;

/// <summary>
/// The control plane as a piece that a host puts together: services, bus registrations, routes. The host adds the
/// artifact store (<c>IArtifactStore</c>), the bus (<see cref="SwiftBus"/>) and telemetry, because workers share those.
/// </summary>
public static class SwiftApi
{
    public static IServiceCollection AddSwiftApi(
        this IServiceCollection services, string connectionString, BusSettings bus, RecoverySettings? recovery = null, AuditSettings? audit = null,
        AccessSettings? access = null, LimitSettings? limits = null, InputFolders? inputs = null, WebhookSettings? webhooks = null)
    {
        services.AddSingleton(limits ?? new LimitSettings());
        services.AddRequestRate(limits ?? new LimitSettings());
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(bus);
        services.AddSingleton(recovery ?? RecoverySettings.Default);
        services.AddSingleton<WorkerRegistry>();
        services.AddSingleton<ReadModels>();
        services.AddSingleton<Reproductions>();
        services.AddSingleton<ExperimentComparisons>();
        services.AddScoped<MassTransit.Middleware.IOutboxContextFactory<Marten.IDocumentSession>, MartenOutboxFactory>();
        services.AddSwiftEventStore(connectionString);
        services.AddSingleton<PageTokens>();
        services.AddSwiftAudit(audit ?? new AuditSettings());
        services.AddHostedService<Reconciler>();
        services.AddSwiftAccess(access ?? new AccessSettings());
        services.AddSwiftPipelines(inputs);
        services.AddSwiftRegistry();
        services.AddSwiftSchedules(connectionString);
        services.AddSwiftWebhooks(webhooks ?? new WebhookSettings());
        services.AddSwiftProblems();
        services.AddSwiftOpenApi();
        services.ConfigureHttpJsonOptions(json =>
        {
            SwiftJson.Apply(json.SerializerOptions);
            // A body says what it must, or is told what is missing. Stored events are read more patiently: old ones lack later fields.
            json.SerializerOptions.RespectRequiredConstructorParameters = true;
        });
        services.AddHealthChecks()
            .AddCheck<EventStoreCheck>("event-store", tags: ["ready"])
            .AddCheck<WorkersCheck>("workers", tags: ["ready"]);
        services.AddSingleton<EventStoreCheck>();
        return services;
    }

    /// <summary>What the control plane has on the bus: the saga and the listener to workers. Called inside <c>AddSwiftBus</c>.</summary>
    public static void AddSwiftApi(this IBusRegistrationConfigurator bus)
    {
        bus.AddSagaStateMachine<ExperimentSaga, ExperimentSagaState, ExperimentSagaDefinition>().MartenRepository();
        bus.AddBroadcastConsumer<WorkerListener>();
    }

    public static void MapSwiftApi(this WebApplication app)
    {
        app.UseSwiftProblems();
        app.UseTreeHead();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseMiddleware<BodyLimit>();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous().DisableRateLimiting();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions
        {
            Predicate = check => check.Tags.Contains("ready"),
            ResponseWriter = HealthReport.Write,
        }).AllowAnonymous().DisableRateLimiting();
        app.MapSwiftOpenApi();
        var v1 = app.MapGroup("/v1");
        v1.MapPipelines();
        v1.MapExperiments();
        v1.MapReplay();
        v1.MapProofs();
        v1.MapArtifacts();
        v1.MapModels();
        v1.MapLineage();
        v1.MapReproduction();
        v1.MapSchedules();
        v1.MapWorkers();
        v1.MapAdmin();
        v1.MapAccess();
        v1.MapWebhooks();
    }
}
