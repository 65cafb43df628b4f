using Npgsql;
using Quartz;

namespace Swift.Api.Schedules.Alarm;

/// <summary>
/// Takes this node out of Quartz's table of nodes after it was stopped in order. Quartz leaves its row there, and the next start then
/// warns of a failed node that never was.
/// </summary>
internal sealed class AlarmNode(ISchedulerFactory quartz, string connectionString, ILogger<AlarmNode> logger) : IHostedLifecycleService
{
    private (string Scheduler, string Instance)? _node;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        var scheduler = await quartz.GetScheduler(cancellationToken);
        _node = (scheduler.SchedulerName, scheduler.SchedulerInstanceId);
    }

    /// <summary>All services have stopped by now, Quartz among them.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (_node is not { } node) return;
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(cancellationToken);
            // An alarm that was cut off while it rang is taken over by another node, which finds it through the row.
            await using var remove = new NpgsqlCommand(
                """
                delete from qrtz_scheduler_state where sched_name = $1 and instance_name = $2
                and not exists (select 1 from qrtz_fired_triggers where sched_name = $1 and instance_name = $2)
                """, connection)
            {
                Parameters = { new() { Value = node.Scheduler }, new() { Value = node.Instance } },
            };
            await remove.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception away) when (away is NpgsqlException or OperationCanceledException)
        {
            logger.LogDebug(away, "The row of this node stays in Quartz's table; the next start takes it for a node that failed.");
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
