using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Swift.Hosting.Workers;
using Swift.Inference.OpenAi;
using Swift.Models;

namespace Swift.Workers.Rollout.Serving;

/// <summary>
/// The OpenAI-compatible endpoints of this worker, on a listener of their own on the loopback interface. Started by the first
/// deployed model; a model deployed under the same name replaces the one before without cutting off its requests.
/// </summary>
internal sealed class ModelServer(WorkerSettings settings, ILoggerFactory logging) : IAsyncDisposable
{
    private readonly ServedModels _models = new();
    private readonly SemaphoreSlim _gate = new(1);
    private WebApplication? _app;

    /// <summary>Serves a model; answers the base address for OpenAI clients, ending in <c>/v1</c>. Owns the model from now on.</summary>
    /// <param name="port">Where to listen, if nothing is listened on yet, the settings say nothing, and it is free; 0 = anywhere.</param>
    public async Task<Uri> ServeAsync(Deployment deployment, CausalLanguageModel model, int port, CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            _models.Serve(deployment.Name, model, fingerprint: deployment.Model.Digest);
            _app ??= await ListenAsync(port, ct);
            return new Uri($"{_app.Urls.First()}/v1");
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        _models.Dispose();
        _gate.Dispose();
    }

    private async Task<WebApplication> ListenAsync(int port, CancellationToken ct)
    {
        if (settings.ServingPort != 0 || port == 0) return await StartAsync(settings.ServingPort, ct);
        try
        {
            return await StartAsync(port, ct);
        }
        catch (IOException)
        {
            // Somebody else has the port by now.
            return await StartAsync(0, ct);
        }
    }

    private async Task<WebApplication> StartAsync(int port, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(new HostLogging(logging));
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        var app = builder.Build();
        if (settings.ServingKeys.Count > 0) app.UseServingKeys(settings.ServingKeys);
        app.MapOpenAi(_models);
        try
        {
            await app.StartAsync(ct);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes what the listener logs where the worker logs.</summary>
    private sealed class HostLogging(ILoggerFactory logging) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => logging.CreateLogger(categoryName);

        public void Dispose()
        {
            // the factory belongs to the worker
        }
    }
}
