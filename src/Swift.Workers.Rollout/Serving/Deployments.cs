using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Registry;
using Swift.Contracts.Workers;
using Swift.Hosting.Artifacts;
using Swift.Hosting.Workers;
using Swift.Models;
using static TorchSharp.torch;

namespace Swift.Workers.Rollout.Serving;

/// <summary>
/// What this worker serves: from an order, after an alias, and from what the worker before it here left. One model at a time is loaded;
/// what was served before goes on answering meanwhile.
/// </summary>
internal sealed class Deployments(
    IArtifactStore store, ModelServer server, KeptDeployments kept, ScratchFolders folders, WorkerSettings settings,
    [FromKeyedServices(WorkerKind.Rollout)] Worker worker, TimeProvider time, ILogger<Deployments> log) : IDisposable
{
    private readonly FailedModels _failed = new(time);
    private readonly SemaphoreSlim _turn = new(1);
    private readonly SortedDictionary<string, Deployment> _served = new(StringComparer.Ordinal);

    /// <summary>Serves a model, in place of what has its name; answers the base address for OpenAI clients.</summary>
    internal async Task<string> DeployAsync(Deployment deployment, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            return await ServeAsync(deployment, port: 0, ct);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Serves what an alias means wherever it is followed. Does nothing while another model is loaded, or where this one failed just now:
    /// the message comes again.
    /// </summary>
    internal async Task FollowAsync(FollowedAlias alias, ArtifactReference model, CancellationToken ct)
    {
        if (!await _turn.WaitAsync(TimeSpan.Zero, ct)) return;
        try
        {
            var behind = _served.Values.Where(served => served.Follows == alias && served.Model.Digest != model.Digest);
            foreach (var deployment in behind.Where(served => !_failed.Rests(served.Name, model.Digest)).ToList())
            {
                await FollowAsync(deployment, alias, model, ct);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Goes on with what the worker before left in this data folder, at the same address where that is free.</summary>
    internal async Task RestoreAsync(CancellationToken ct)
    {
        foreach (var left in kept.Claim())
        {
            await _turn.WaitAsync(ct);
            try
            {
                // An order that came meanwhile is newer.
                if (!_served.ContainsKey(left.Deployment.Name)) await ServeAsync(left.Deployment, left.Port, ct);
            }
            catch (Exception failure) when (!ct.IsCancellationRequested)
            {
                log.LogError(failure, "{Name} was served here before, and cannot be any more; the next start tries again.", left.Deployment.Name);
            }
            finally
            {
                _turn.Release();
            }
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task FollowAsync(Deployment deployment, FollowedAlias alias, ArtifactReference model, CancellationToken ct)
    {
        try
        {
            await ServeAsync(deployment with { Model = model }, port: 0, ct);
            log.LogInformation("{Name} answers with {Model}, which {Alias} of {Registered} means now.", deployment.Name, model.Digest, alias.Alias, alias.ModelName);
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            var pause = _failed.Add(deployment.Name, model.Digest);
            log.LogError(failure,
                "{Alias} of {Registered} means {Model}, which {Name} cannot serve; the model before goes on answering. It is tried again in {Pause} s, another model at once.",
                alias.Alias, alias.ModelName, model.Digest, deployment.Name, pause.TotalSeconds);
        }
    }

    private async Task<string> ServeAsync(Deployment deployment, int port, CancellationToken ct)
    {
        using var scratch = folders.Take();
        var folder = await store.MaterializeAsync(deployment.Model, scratch["model"], ct);
        var endpoint = await server.ServeAsync(deployment, CausalLanguageModel.Load(folder, new Device(settings.Device)), port, ct);
        _served[deployment.Name] = deployment;
        _failed.Forget(deployment.Name);
        kept.Keep(deployment, endpoint.Port);
        worker.ServingEndpoint = endpoint.ToString();
        worker.Serving = [.. _served.Values.Select(served => served.ToView())];
        return worker.ServingEndpoint;
    }
}
