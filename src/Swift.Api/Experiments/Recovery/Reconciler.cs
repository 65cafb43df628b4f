using Marten;
using MassTransit;
using Swift.Api.Experiments.Aggregate;
using Swift.Api.Messaging;
using Swift.Api.Workers;
using Swift.Contracts.Experiments;
using Swift.Contracts.Messages;
using Swift.Hosting.Bus;

namespace Swift.Api.Experiments.Recovery;

/// <summary>
/// Independent of bus, daemon and saga: compares what the stream says is outstanding with who shows life, and has the
/// rest sent again. At start it does so at once; with a bus in memory everything outstanding is then lost by definition.
/// </summary>
public sealed class Reconciler(
    IDocumentStore store, IBusControl bus, WorkerRegistry workers, BusSettings busSettings, RecoverySettings settings,
    TimeProvider time, ILogger<Reconciler> logger) : BackgroundService
{
    private static readonly TimeSpan InboxRetention = TimeSpan.FromDays(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var busIsEmpty = busSettings.RabbitMq is null;
        // A bus in memory that has not started yet drops what it is given.
        if (busIsEmpty) await ((Task)bus.WaitForHealthStatus(BusHealthStatus.Healthy, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Reconcile(busIsEmpty, stoppingToken);
                busIsEmpty = false;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The database or the broker is away; both come back, and nothing is lost until then.
                logger.LogWarning("Reconciliation was not possible ({Reason}); trying again", exception.Message);
            }
            await Task.Delay(settings.Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One pass over all experiments that are not final.</summary>
    public async Task Reconcile(bool busIsEmpty, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var idle = workers.Alive().Where(worker => worker.Segment is null).Select(worker => worker.Worker.Kind).ToHashSet();
        await using var session = store.LightweightSession();
        var open = await session.Query<Experiment>()
            .Where(experiment => experiment.Status == ExperimentStatus.Submitted || experiment.Status == ExperimentStatus.Running || experiment.Status == ExperimentStatus.Paused)
            .ToListAsync(ct);
        var endpoint = await bus.GetSendEndpoint(QueueNames.ExperimentsAddress);
        foreach (var experiment in open)
        {
            var lost = OutstandingWork.Lost(
                experiment, busIsEmpty, (stage, segment) => workers.LastProgress(experiment.Id, stage, segment), idle, settings, now).ToList();
            foreach (var segment in lost)
            {
                logger.LogWarning("Segment {Segment} of experiment {Experiment} is sent again: {Reason}", segment.Address.Segment, experiment.Id, segment.Reason);
                await endpoint.Send(segment, ct);
            }
            var stalled = experiment.Stages.All(stage => stage.Outstanding.Count == 0) && experiment.Status != ExperimentStatus.Paused;
            if (stalled && (busIsEmpty || now - experiment.UpdatedAt > settings.Interval))
            {
                await endpoint.Send(new AdvanceExperiment(experiment.Id, "nothing outstanding"), ct);
            }
        }
        var forgotten = now - InboxRetention;
        session.DeleteWhere<InboxRecord>(record => record.ConsumedAt < forgotten);
        await session.SaveChangesAsync(ct);
    }
}
