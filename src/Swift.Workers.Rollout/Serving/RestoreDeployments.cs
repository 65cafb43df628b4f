using Microsoft.Extensions.Hosting;

namespace Swift.Workers.Rollout.Serving;

/// <summary>Serves again, at the worker's start, what the one before served.</summary>
internal sealed class RestoreDeployments(Deployments deployments) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken) => await deployments.RestoreAsync(stoppingToken);
}
