using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Messages;
using Swift.Contracts.Pipelines;
using Swift.Contracts.Workers;
using Swift.Hosting.Bus;
using Swift.Hosting.Tests.Bus;
using Swift.Hosting.Workers;
using Swift.Testing;

namespace Swift.Hosting.Tests.Workers;

/// <summary>A process with one export worker whose work is a function of the test, and somebody who hears everything it says.</summary>
internal sealed class WorkerHost : IAsyncDisposable
{
    private readonly IHost _host;

    private WorkerHost(IHost host, Inbox inbox) => (_host, Inbox) = (host, inbox);

    public Inbox Inbox { get; }

    public T Service<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    public static async Task<WorkerHost> StartAsync(
        TemporaryFolder folder, Func<SegmentWork<ExportModel>, Task<ISegmentReply>> work, CancellationToken ct)
    {
        var inbox = new Inbox();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(inbox);
        builder.Services.AddSingleton(work);
        builder.Services.AddSwiftBus(new BusSettings(), bus =>
        {
            bus.AddConsumer<Listener>().Endpoint(endpoint => endpoint.Name = QueueNames.Experiments);
            bus.AddSwiftWorker(WorkerKind.Export, new WorkerSettings { ScratchFolder = folder["scratch"] }).AddSegmentConsumer<Consumer>(QueueNames.Export);
        });
        var host = builder.Build();
        await host.StartAsync(ct);
        return new WorkerHost(host, inbox);
    }

    public async Task<ExportModel> SendAsync(Guid experiment, string segment, int attempt = 1)
    {
        var command = new ExportModel(
            new SegmentAddress(experiment, 0, "export", segment, attempt), new ArtifactReference("sha256:m", ArtifactKind.Model, 5), new ExportSpec(), "tiny");
        await (await Service<IBus>().GetSendEndpoint(QueueNames.AddressOf(command))).Send(command);
        return command;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }

    private sealed class Consumer(IServiceProvider services, Func<SegmentWork<ExportModel>, Task<ISegmentReply>> work)
        : SegmentConsumer<ExportModel>(WorkerKind.Export, services)
    {
        protected override Task<ISegmentReply> WorkAsync(SegmentWork<ExportModel> segment) => work(segment);
    }

    private sealed class Listener(Inbox inbox)
        : IConsumer<SegmentStarted>, IConsumer<ModelExported>, IConsumer<SegmentFailed>, IConsumer<SegmentProgress>, IConsumer<WorkerHeartbeat>
    {
        public Task Consume(ConsumeContext<SegmentStarted> context) => Add(context.Message);
        public Task Consume(ConsumeContext<ModelExported> context) => Add(context.Message);
        public Task Consume(ConsumeContext<SegmentFailed> context) => Add(context.Message);
        public Task Consume(ConsumeContext<SegmentProgress> context) => Add(context.Message);
        public Task Consume(ConsumeContext<WorkerHeartbeat> context) => Add(context.Message);

        private Task Add(object message)
        {
            inbox.Add(message);
            return Task.CompletedTask;
        }
    }
}
