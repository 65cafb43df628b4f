using System.Net.Http.Headers;
using Swift.Api.Access;
using Swift.Api.Access.Tokens;
using System.Net.Http.Json;
using System.Text.Json;
using Marten;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Swift.Api.Audit;
using Swift.Api.Audit.Heads;
using Swift.Api.Experiments.Recovery;
using Swift.Api.Limits;
using Swift.Api.Webhooks;
using Swift.Contracts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Messages;
using Swift.Contracts.Rest;
using Swift.Hosting.Artifacts;
using Swift.Hosting.Bus;
using Swift.Testing;

namespace Swift.Api.Tests.Experiments;

/// <summary>
/// The real control plane over HTTP and PostgreSQL, with workers that answer from a script. Each has a database of its
/// own, so nothing is shared.
/// </summary>
internal sealed class ControlPlane : IAsyncDisposable
{
    /// <summary>What <see cref="Http"/> shows.</summary>
    public const string AdminKey = "swift_of-the-tests-0123456789abcdef";

    /// <summary>As events name whoever shows <see cref="AdminKey"/>: the digits are the beginning of its hash.</summary>
    public const string Actor = "key/admin-48dc0c";

    private readonly WebApplication _app;
    private bool _stopped;

    private ControlPlane(WebApplication app) => _app = app;

    public HttpClient Http { get; private set; } = null!;
    public IDocumentStore Store => _app.Services.GetRequiredService<IDocumentStore>();
    public IServiceProvider Services => _app.Services;
    public WorkerScript Script => _app.Services.GetRequiredService<WorkerScript>();

    public static async Task<ControlPlane> Start(string connection, string folder, WorkerScript? script = null, Uri? rabbitMq = null, AuditSettings? audit = null,
        LimitSettings? limits = null, WebhookSettings? webhooks = null, OidcSettings? oidc = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning).AddTestOutput()
            // As in the product.
            .AddFilter("Marten.IDocumentStore", LogLevel.None).AddFilter("Marten.Events.Daemon.Coordination.ProjectionCoordinator", LogLevel.Error);
        var bus = new BusSettings(rabbitMq) { StartTimeout = Patience.Longest };
        builder.Services.AddSingleton<IArtifactStore>(new FolderArtifactStore(Path.Combine(folder, "artifacts")));
        builder.Services.AddSingleton(script ?? new WorkerScript());
        builder.Services.AddSwiftApi(connection, bus, new RecoverySettings(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(10)), audit,
            new AccessSettings { AdminKeys = [AdminKey], Oidc = oidc }, limits ?? new LimitSettings { RequestsPerSecond = 0 }, webhooks: webhooks);
        builder.Services.AddSwiftBus(bus, x =>
        {
            x.AddSwiftApi();
            Add<ScriptedConsumer<PrepareModel>>(x, QueueNames.Train);
            Add<ScriptedConsumer<TrainSegment>>(x, QueueNames.Train);
            Add<ScriptedConsumer<UpdatePolicy>>(x, QueueNames.Train);
            Add<ScriptedConsumer<GenerateRollouts>>(x, QueueNames.Rollout);
            Add<ScriptedConsumer<DeployModel>>(x, QueueNames.Rollout);
            Add<ScriptedConsumer<EvaluateModel>>(x, QueueNames.Eval);
            Add<ScriptedConsumer<ExportModel>>(x, QueueNames.Export);
        });
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapSwiftApi();
        await app.StartAsync();
        return new ControlPlane(app) { Http = ClientOf(app, AdminKey) };
    }

    /// <summary>A client that shows this key; null = none.</summary>
    public HttpClient ClientWith(string? key) => ClientOf(_app, key);

    private static HttpClient ClientOf(WebApplication app, string? key) => new()
    {
        BaseAddress = new Uri(app.Urls.First()),
        DefaultRequestHeaders = { Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key) },
    };

    private static void Add<TConsumer>(IBusRegistrationConfigurator x, string queue)
        where TConsumer : class, IConsumer => x.AddConsumer<TConsumer>().Endpoint(endpoint => endpoint.Name = queue);

    public async Task<ExperimentAccepted> Submit(object pipeline, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/experiments")
        {
            Content = JsonContent.Create(new { pipeline }, options: SwiftJson.Options),
        };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        ((int)response.StatusCode).ShouldBe(202, body);
        return JsonSerializer.Deserialize<ExperimentAccepted>(body, SwiftJson.Options)!;
    }

    public async Task<ExperimentView> Get(Guid id) =>
        (await Http.GetFromJsonAsync<ExperimentView>($"/v1/experiments/{id}", SwiftJson.Options, TestContext.Current.CancellationToken))!;

    /// <summary>Waits for a state; the test's own time-out ends a wait that never comes true.</summary>
    public async Task<ExperimentView> Until(Guid id, Func<ExperimentView, bool> state)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Patience.Longest);
        while (true)
        {
            var view = await Get(id);
            if (state(view))
            {
                return view;
            }
            if (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"Not reached; the experiment is {JsonSerializer.Serialize(view, SwiftJson.Indented)}");
            }
            await Task.Delay(50);
        }
    }

    /// <summary>Waits until a signed head covers every event.</summary>
    public async Task UntilSigned()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Patience.Longest);
        var signer = Services.GetRequiredService<HeadSigner>();
        await using var connection = Store.Storage.Database.CreateConnection();
        await connection.OpenAsync(deadline.Token);
        while (true)
        {
            await using var count = connection.CreateCommand();
            count.CommandText = "select count(*) from swift.mt_events where type <> 'tombstone'";
            var events = (long)(await count.ExecuteScalarAsync(deadline.Token))!;
            if (signer.Newest?.TreeSize == events) return;
            if (deadline.IsCancellationRequested) throw new TimeoutException($"{events} events, {signer.Newest?.TreeSize} of them signed; {signer.Problem}");
            await Task.Delay(50);
        }
    }

    public async Task Stop()
    {
        if (!_stopped) await _app.StopAsync();
        _stopped = true;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Stop();
        // Marten leaves its listener connected for as long as the process lives: those of all tests are more than a server takes.
        (((DocumentStore)Store).Options.Projections.Wakeup as IDisposable)?.Dispose();
        await _app.DisposeAsync();
    }
}

/// <summary>Lets a test hold commands back or count them.</summary>
internal sealed class WorkerScript
{
    public Func<ISegmentCommand, Task<bool>> Answers { get; set; } = _ => Task.FromResult(true);
    public Func<ISegmentCommand, ISegmentReply> Reply { get; set; } = ScriptedWorker.Answer;
    public System.Collections.Concurrent.ConcurrentQueue<ISegmentCommand> Seen { get; } = new();
}

internal sealed class ScriptedConsumer<TCommand>(WorkerScript script) : IConsumer<TCommand>
    where TCommand : class, ISegmentCommand
{
    public async Task Consume(ConsumeContext<TCommand> context)
    {
        script.Seen.Enqueue(context.Message);
        if (!await script.Answers(context.Message))
        {
            return;
        }
        var endpoint = await context.GetSendEndpoint(QueueNames.ExperimentsAddress);
        await endpoint.Send(new SegmentStarted(context.Message.Address, ScriptedWorker.Identity()), context.CancellationToken);
        var answer = script.Reply(context.Message);
        await endpoint.Send(answer, answer.GetType(), context.CancellationToken);
    }
}
