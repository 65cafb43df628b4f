using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Swift.Hosting.Workers;

/// <summary>Tells everybody every two seconds which workers live here and what they do.</summary>
internal sealed class Heartbeats(IBus bus, IEnumerable<Worker> workers, TimeProvider time, ILogger<Heartbeats> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                foreach (var worker in workers) await bus.Publish(worker.Heartbeat(), stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning(e, "A heartbeat could not be sent; the next one goes out in two seconds.");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).AsTask().ConfigureAwait(false));
    }
}
