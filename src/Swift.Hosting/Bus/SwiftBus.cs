using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Swift.Contracts;
using Swift.Contracts.Messages;

namespace Swift.Hosting.Bus;

/// <summary>
/// The one bus of a process. Delayed redelivery and scheduled messages are not configured anywhere: the broker here has no plugin
/// for them, and asking for one drops the whole connection. What must be tried later is the reconciler's affair.
/// </summary>
public static class SwiftBus
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    /// <summary>Adds the bus. Called once in a process; starts with the host, before the hosted services that are registered after it.</summary>
    /// <param name="register">
    /// Registers consumers and sagas. Durable endpoints take their name from <see cref="QueueNames"/>
    /// (<c>.Endpoint(e =&gt; e.Name = …)</c>); their filters belong in a consumer or saga definition, or in
    /// <c>AddConfigureEndpointsCallback</c>. Broadcasts: <see cref="AddBroadcastConsumer{TConsumer}"/>.
    /// </param>
    public static IServiceCollection AddSwiftBus(this IServiceCollection services, BusSettings settings, Action<IBusRegistrationConfigurator> register)
    {
        services.AddOptions<MassTransitHostOptions>().Configure(options =>
        {
            options.WaitUntilStarted = true;
            options.StartTimeout = settings.StartTimeout;
            options.StopTimeout = settings.ConsumerStopTimeout + TimeSpan.FromSeconds(15);
            options.ConsumerStopTimeout = settings.ConsumerStopTimeout;
        });
        if (settings.RabbitMq is { } broker)
            services.AddSingleton<IHostedService>(services => new QueueDeclaration(broker, settings.StartTimeout, services.GetRequiredService<ILogger<QueueDeclaration>>())); // before the bus's own
        return services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry(); // else the library reports to its makers, some minutes after the start
            bus.AddConfigureEndpointsCallback((_, name, endpoint) => ConfigureDurableEndpoint(name, endpoint));
            register(bus);
            if (settings.RabbitMq is { } address) bus.UseRabbitMq(address);
            else bus.UsingInMemory((context, transport) =>
            {
                transport.ConfigureJsonSerializerOptions(SwiftDialect);
                transport.ConfigureEndpoints(context);
            });
        });
    }

    /// <summary>A consumer of messages for everybody: each process gets its own copy, on a queue that goes with it.</summary>
    public static void AddBroadcastConsumer<TConsumer>(this IBusRegistrationConfigurator bus) where TConsumer : class, IConsumer =>
        bus.AddConsumer<TConsumer>().Endpoint(endpoint =>
        {
            endpoint.Name = $"swift-broadcast-{typeof(TConsumer).Name.ToLowerInvariant()}-{NewId.NextGuid():N}";
            endpoint.Temporary = true;
        });

    private static void UseRabbitMq(this IBusRegistrationConfigurator bus, Uri address) => bus.UsingRabbitMq((context, transport) =>
    {
        var user = address.UserInfo.Split(':', 2);
        transport.Host(new UriBuilder(address) { UserName = "", Password = "" }.Uri, host =>
        {
            host.Username(user[0] is "" ? "guest" : Uri.UnescapeDataString(user[0]));
            host.Password(user.Length > 1 ? Uri.UnescapeDataString(user[1]) : "guest");
            host.Heartbeat(Heartbeat); // a worker that lost its power is noticed, and its message handed on
        });
        transport.ConfigureJsonSerializerOptions(SwiftDialect);
        // What is sent before any worker of a kind was ever started has to wait for it, not vanish.
        transport.DeclareQueueOf<AdvanceExperiment>(QueueNames.Experiments);
        transport.DeclareQueueOf<TrainSegment>(QueueNames.Train);
        transport.DeclareQueueOf<GenerateRollouts>(QueueNames.Rollout);
        transport.DeclareQueueOf<EvaluateModel>(QueueNames.Eval);
        transport.DeclareQueueOf<ExportModel>(QueueNames.Export);
        transport.DeployPublishTopology = true;
        transport.ConfigureEndpoints(context);
    });

    private static void DeclareQueueOf<TMessage>(this IRabbitMqBusFactoryConfigurator transport, string queue) where TMessage : class =>
        transport.Publish<TMessage>(topology => topology.BindQueue(queue, queue, binding => binding.SetQueueArgument("x-queue-type", "quorum")));

    private static void ConfigureDurableEndpoint(string name, IReceiveEndpointConfigurator endpoint)
    {
        if (name is QueueNames.Train or QueueNames.Rollout or QueueNames.Eval or QueueNames.Export)
        {
            // One segment at a time uses the whole machine, and one that waits here could run elsewhere.
            endpoint.PrefetchCount = 1;
            endpoint.ConcurrentMessageLimit = 1;
        }
        else if (name is QueueNames.Experiments)
        {
            endpoint.PrefetchCount = 16;
        }
        else
        {
            return;
        }
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbitMq) rabbitMq.SetQuorumQueue();
    }

    private static JsonSerializerOptions SwiftDialect(JsonSerializerOptions options)
    {
        SwiftJson.Apply(options);
        return options;
    }
}
