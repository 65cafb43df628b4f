using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Messages;
using Swift.Contracts.Pipelines;
using Swift.Contracts.Workers;
using Swift.Hosting.Bus;
using Swift.Testing;

namespace Swift.Hosting.Tests.Bus;

/// <summary>One broker for the class: it takes seconds to start.</summary>
public sealed class SharedBroker : IAsyncLifetime
{
    public RabbitMqNode? Node { get; private set; }

    public async ValueTask InitializeAsync() => Node = RabbitMqNode.Unavailable is null ? await RabbitMqNode.StartAsync() : null;

    public ValueTask DisposeAsync() => Node?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>The same promises on both transports.</summary>
public sealed class SwiftBusTests(SharedBroker shared) : IClassFixture<SharedBroker>
{
    private static readonly WorkerIdentity Worker = new(WorkerKind.Export, Guid.NewGuid(), "here", 1, "test");
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_message_arrives_with_everything_it_carries(bool overRabbitMq)
    {
        var broker = overRabbitMq ? Broker() : null;
        var inbox = new Inbox();
        using var host = await StartAsync(broker, inbox, bus => bus.AddConsumer<Replies>().Endpoint(e => e.Name = QueueNames.Experiments));
        var sent = new SegmentTrained(
            new SegmentAddress(Guid.NewGuid(), 1, "sft", "train-0001", 1), Worker, 10, 100, false,
            new ArtifactReference("sha256:c", ArtifactKind.Checkpoint, 7), new ArtifactReference("sha256:m", ArtifactKind.Model, 5),
            [new MetricPoint("loss", 1, double.NaN), new MetricPoint("loss", 2, 0.1 + 0.2)], [new DroppedRows("data.jsonl", "bad_json", 1, [3])], [4], 1234, 0.5);
        await SendAsync(host, QueueNames.ExperimentsAddress, sent);
        var received = await inbox.NextAsync<SegmentTrained>(Ct);
        received.Address.ShouldBe(sent.Address);
        received.Checkpoint.ShouldBe(sent.Checkpoint);
        received.Metrics.ShouldBe(sent.Metrics);
        received.Dropped.Single().Lines.ShouldBe([3]);
        await host.StopAsync(Ct);
    }

    [Fact]
    public async Task Nothing_is_reported_to_the_makers_of_the_library()
    {
        using var host = await StartAsync(null, new Inbox(), bus => bus.AddConsumer<Replies>().Endpoint(e => e.Name = QueueNames.Experiments));
        host.Services.GetRequiredService<IOptions<UsageTelemetryOptions>>().Value.Enabled.ShouldBeFalse();
        await host.StopAsync(Ct);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_worker_takes_one_command_at_a_time(bool overRabbitMq)
    {
        var broker = overRabbitMq ? Broker() : null;
        var inbox = new Inbox();
        using var host = await StartAsync(broker, inbox, bus => bus.AddConsumer<Commands>().Endpoint(e => e.Name = QueueNames.Export));
        for (var i = 0; i < 5; i++) await SendAsync(host, QueueNames.AddressOf(QueueNames.Export), Command($"export-{i}"));
        for (var i = 0; i < 5; i++) await inbox.NextAsync<ExportModel>(Ct);
        inbox.MostAtOnce.ShouldBe(1);
        await host.StopAsync(Ct);
    }

    [Fact]
    public async Task A_broadcast_reaches_every_process()
    {
        var broker = Broker();
        Inbox first = new(), second = new();
        using var one = await StartAsync(broker, first, bus => bus.AddBroadcastConsumer<Stops>());
        using var two = await StartAsync(broker, second, bus => bus.AddBroadcastConsumer<Stops>());
        var stop = new StopExperiment(Guid.NewGuid());
        await one.Services.GetRequiredService<IBus>().Publish(stop, Ct);
        (await first.NextAsync<StopExperiment>(Ct)).ShouldBe(stop);
        (await second.NextAsync<StopExperiment>(Ct)).ShouldBe(stop);
        await one.StopAsync(Ct);
        await two.StopAsync(Ct);
    }

    [Fact]
    public async Task A_command_waits_for_the_first_worker_of_its_kind()
    {
        var broker = Broker();
        using var controlPlane = await StartAsync(broker, new Inbox(), _ => { });
        await SendAsync(controlPlane, QueueNames.AddressOf(QueueNames.Eval), Command("before-any-worker"));
        await controlPlane.StopAsync(Ct);
        var inbox = new Inbox();
        using var worker = await StartAsync(broker, inbox, bus => bus.AddConsumer<Commands>().Endpoint(e => e.Name = QueueNames.Eval));
        (await inbox.NextAsync<ExportModel>(Ct)).Address.Segment.ShouldBe("before-any-worker");
        await worker.StopAsync(Ct);
    }

    [Fact]
    public async Task A_command_whose_worker_shuts_down_goes_to_another()
    {
        var broker = Broker();
        Inbox first = new(), second = new();
        using var one = await StartAsync(broker, first, bus => bus.AddConsumer<NeverDone>().Endpoint(e => e.Name = QueueNames.Export));
        await SendAsync(one, QueueNames.AddressOf(QueueNames.Export), Command("export-1"));
        await first.NextAsync<ExportModel>(Ct);
        await one.StopAsync(Ct);
        using var two = await StartAsync(broker, second, bus => bus.AddConsumer<Commands>().Endpoint(e => e.Name = QueueNames.Export));
        (await second.NextAsync<ExportModel>(Ct)).Address.Segment.ShouldBe("export-1");
        await two.StopAsync(Ct);
    }

    [Fact]
    public async Task A_command_survives_the_death_of_the_broker()
    {
        var broker = Broker();
        Inbox first = new(), second = new();
        using (var one = await StartAsync(broker, first, bus => bus.AddConsumer<NeverDone>().Endpoint(e => e.Name = QueueNames.Export)))
        {
            await broker.WriteQueuesDownAsync(Ct);
            await SendAsync(one, QueueNames.AddressOf(QueueNames.Export), Command("export-1"));
            await first.NextAsync<ExportModel>(Ct);
            await broker.KillAsync();
            await broker.RestartAsync(Ct);
            await one.StopAsync(Ct);
        }
        using var two = await StartAsync(broker, second, bus => bus.AddConsumer<Commands>().Endpoint(e => e.Name = QueueNames.Export));
        (await second.NextAsync<ExportModel>(Ct)).Address.Segment.ShouldBe("export-1");
        await two.StopAsync(Ct);
    }

    private static ExportModel Command(string segment) => new(
        new SegmentAddress(Guid.NewGuid(), 0, "export", segment, 1), new ArtifactReference("sha256:m", ArtifactKind.Model, 5), new ExportSpec(), "tiny");

    private RabbitMqNode Broker()
    {
        Assert.SkipWhen(RabbitMqNode.Unavailable is not null, RabbitMqNode.Unavailable ?? "");
        return shared.Node!;
    }

    private static async Task<IHost> StartAsync(RabbitMqNode? broker, Inbox inbox, Action<IBusRegistrationConfigurator> register)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(inbox);
        builder.Services.AddSwiftBus(new BusSettings(broker?.Address) { StartTimeout = Patience.Longest }, register);
        var host = builder.Build();
        await host.StartAsync(Ct);
        return host;
    }

    private static async Task SendAsync<T>(IHost host, Uri address, T message) where T : class
    {
        var endpoint = await host.Services.GetRequiredService<IBus>().GetSendEndpoint(address);
        await endpoint.Send(message, Ct);
    }

    private sealed class Replies(Inbox inbox) : IConsumer<SegmentTrained>
    {
        public Task Consume(ConsumeContext<SegmentTrained> context) => inbox.AcceptAsync(context.Message);
    }

    private sealed class Commands(Inbox inbox) : IConsumer<ExportModel>
    {
        public Task Consume(ConsumeContext<ExportModel> context) => inbox.AcceptAsync(context.Message);
    }

    private sealed class Stops(Inbox inbox) : IConsumer<StopExperiment>
    {
        public Task Consume(ConsumeContext<StopExperiment> context) => inbox.AcceptAsync(context.Message);
    }

    private sealed class NeverDone(Inbox inbox) : IConsumer<ExportModel>
    {
        public async Task Consume(ConsumeContext<ExportModel> context)
        {
            await inbox.AcceptAsync(context.Message);
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }
    }
}
