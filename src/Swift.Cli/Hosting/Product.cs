using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Swift.Api;
using Swift.Cli.Commands.Serving;
using Swift.Api.Access;
using Swift.Api.Pipelines.Inputs;
using Swift.Cli.Terminal;
using Swift.Contracts.Experiments;
using Swift.Contracts.Workers;
using Swift.Hosting.Artifacts;
using Swift.Hosting.Bus;
using Swift.Hosting.Postgres;
using Swift.Hosting.Telemetry;
using Swift.Workers.Eval;
using Swift.Workers.Export;
using Swift.Workers.Rollout;
using Swift.Workers.Train;

namespace Swift.Cli.Hosting;

/// <summary>A process's share of the product, running: the control plane, workers, or both; and the PostgreSQL that it owns, if any.</summary>
internal sealed class Product : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(15);

    private readonly WebApplication _app;
    private readonly EmbeddedPostgres? _postgres;
    private readonly IDisposable? _announcement;

    private Product(WebApplication app, EmbeddedPostgres? postgres, string? adminKey, string? dataFolder)
    {
        (_app, _postgres, AdminKey) = (app, postgres, adminKey);
        _announcement = dataFolder is null ? null : LocalServers.Announce(Url.Port, dataFolder);
    }

    /// <summary>A key that may do everything here; null without the control plane.</summary>
    public string? AdminKey { get; }

    /// <summary>Where it listens.</summary>
    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <param name="say">Told what takes a while.</param>
    /// <exception cref="UsageException">The port is taken, or the database refuses.</exception>
    /// <exception cref="SwiftException">Another Swift has the data folder, PostgreSQL cannot be started, or the broker refuses.</exception>
    /// <exception cref="TimeoutException">No database or no broker answered.</exception>
    public static async Task<Product> StartAsync(
        ServerSettings settings, bool api, IReadOnlyCollection<WorkerKind> workers, Action<string> say, CancellationToken ct)
    {
        Probe(settings);
        var access = api ? AccessOf(settings) : new AccessSettings();
        EmbeddedPostgres? postgres = null;
        WebApplication? app = null;
        try
        {
            if (api && settings.Database is null)
            {
                say("starting PostgreSQL");
                postgres = await EmbeddedPostgres.StartAsync(Path.Combine(settings.DataFolder, "postgres"), ct);
            }
            else if (api)
            {
                await GivenDatabase.WaitAsync(settings.Database!, settings.Bus.StartTimeout, say, ct);
            }
            app = Build(settings, api ? settings.Database ?? postgres!.ConnectionString : null, access, workers);
            await app.StartAsync(ct);
            return new Product(app, postgres, access.AdminKeys.FirstOrDefault(), api ? settings.DataFolder : null);
        }
        catch (Exception problem)
        {
            if (app is not null)
                await app.DisposeAsync();
            if (postgres is not null)
                await postgres.DisposeAsync();
            if (WhyNotListening(problem, settings) is { } why)
                throw new UsageException(why);
            throw;
        }
    }

    /// <summary>Returns when it was asked to stop; what a part of it died of, is thrown.</summary>
    public async Task WaitAsync(CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct, _app.Lifetime.ApplicationStopping);
        await Task.Delay(Timeout.Infinite, stop.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (_app.Services.GetServices<IHostedService>().OfType<BackgroundService>().FirstOrDefault(part => part.ExecuteTask is { IsFaulted: true }) is { } dead)
            await dead.ExecuteTask!;
    }

    /// <summary>Lets segments go, stops, and stops the database last.</summary>
    public async ValueTask DisposeAsync()
    {
        _announcement?.Dispose();
        try
        {
            using (CancellationTokenSource patience = new(StopPatience))
                await _app.StopAsync(patience.Token);
            await _app.DisposeAsync();
        }
        finally
        {
            if (_postgres is not null)
                await _postgres.DisposeAsync();
        }
    }

    private static WebApplication Build(ServerSettings settings, string? database, AccessSettings access, IReadOnlyCollection<WorkerKind> workers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelCore().UseUrls(settings.Url.ToString());
        builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning)
            // A lost race is decided again and a lost connection made again; what does not heal comes up as an exception.
            .AddFilter("Marten.IDocumentStore", LogLevel.None)
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)
            .AddFilter("Marten.Events.Daemon.Coordination.ProjectionCoordinator", LogLevel.Error);
        builder.Services.AddSwiftTelemetry(ServiceName(database is not null, workers));
        builder.Services.AddSingleton<IArtifactStore>(_ => new FolderArtifactStore(settings.ArtifactFolder));
        if (database is not null)
            builder.Services.AddSwiftApi(
                database, settings.Bus, audit: settings.Audit, access: access, limits: settings.Limits, inputs: InputsOf(settings), webhooks: settings.Webhooks);
        var worker = settings.Workers with { DeploymentFolder = Path.Combine(settings.DataFolder, "deployments") };
        builder.Services.AddSwiftBus(settings.Bus, bus =>
        {
            if (database is not null)
                bus.AddSwiftApi();
            foreach (var kind in workers)
                switch (kind)
                {
                    case WorkerKind.Train: bus.AddTrainWorker(worker); break;
                    case WorkerKind.Rollout: bus.AddRolloutWorker(worker); break;
                    case WorkerKind.Eval: bus.AddEvalWorker(worker); break;
                    case WorkerKind.Export: bus.AddExportWorker(worker); break;
                }
        });
        var app = builder.Build();
        if (database is not null)
            app.MapSwiftApi();
        return app;
    }

    /// <summary>On the loopback a first key is made for whoever may read the data folder; nobody else is let in before somebody decided who.</summary>
    private static AccessSettings AccessOf(ServerSettings settings)
    {
        var inFolder = settings.IsLoopback ? AdminKeyFile.ReadOrCreate(settings.DataFolder) : AdminKeyFile.Find(settings.DataFolder);
        if (inFolder is null && settings.AdminKey is null && settings.Oidc is null)
            throw new UsageException(
                $"--listen {settings.Listen} lets other machines in, and no key says who may. Give an admin key in {ServerOptions.AdminKeyVariable} "
                + $"(`openssl rand -hex 32` prints one), name an issuer of tokens with --oidc_authority, or start once without --listen, which makes {AdminKeyFile.PathIn(settings.DataFolder)}.");
        return new AccessSettings { AdminKeys = [.. new[] { inFolder, settings.AdminKey }.OfType<string>()], Oidc = settings.Oidc };
    }

    /// <summary>Whoever comes over the loopback has an account here; whoever comes from elsewhere shall not read this machine's files through the API.</summary>
    private static InputFolders InputsOf(ServerSettings settings) => new()
    {
        Allowed = settings.DataRoots ?? (settings.IsLoopback ? null : []),
        Never = [AdminKeyFile.PathIn(settings.DataFolder), Path.Combine(settings.DataFolder, "postgres"), .. new[] { settings.Audit?.KeyFile }.OfType<string>().Select(Path.GetFullPath)],
    };

    /// <summary>As traces name the process.</summary>
    private static string ServiceName(bool api, IReadOnlyCollection<WorkerKind> workers) => (api, workers.Count) switch
    {
        (true, 0) => "swift-api",
        (false, 1) => $"swift-worker-{workers.Single().ToString().ToLowerInvariant()}",
        _ => "swift",
    };

    /// <summary>Looks before anything is started, so that the usual mistake costs no start and no pages of log.</summary>
    private static void Probe(ServerSettings settings)
    {
        if (settings.Port == 0 || !IPAddress.TryParse(settings.Listen, out var address))
            return;
        using TcpListener probe = new(address, settings.Port);
        try
        {
            probe.Start();
        }
        catch (SocketException problem) when (WhyNotListening(problem, settings) is { } why)
        {
            throw new UsageException(why);
        }
    }

    /// <summary>Null: that is not what went wrong.</summary>
    private static string? WhyNotListening(Exception problem, ServerSettings settings) => problem switch
    {
        AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } => $"port {settings.Port} is taken; choose another with --port.",
        SocketException { SocketErrorCode: SocketError.AccessDenied } => $"port {settings.Port} may not be listened on by this user; choose one above 1023 with --port.",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported } =>
            $"--listen {settings.Listen}: this machine has no such address.",
        _ => problem.InnerException is { } inner ? WhyNotListening(inner, settings) : null,
    };
}
