using JasperFx.Events.Daemon;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Swift.Api.Audit;
using Swift.Api.Audit.Log;
using Swift.Api.Tests.Experiments;
using Swift.Contracts.Experiments;
using Swift.Testing;

namespace Swift.Api.Tests.Audit.Proof;

/// <summary>Nothing that the application's role may write keeps events out of the log.</summary>
public sealed class SealingTests(PostgresFixture postgres)
{
    /// <summary>The subscription has sealed everything there will ever be, it says.</summary>
    private const string ClaimAll = "update swift.mt_event_progression set last_seq_id = 9000000000000000 where name = 'audit-log:All'";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_subscription_that_claims_more_than_the_log_holds_goes_on_from_the_end_of_the_log()
    {
        var database = await postgres.CreateDatabase();
        using var folder = new TemporaryFolder();
        await using (var first = await ControlPlane.Start(database, folder.Path, audit: AuditSettings.In(folder.Path)))
        {
            await Finish(first, folder);
            await first.UntilSigned();
            await first.Stop();
        }
        await Execute(database, ClaimAll);
        // What was appended before the restart, and what is appended after it.
        await Execute(
            database,
            """
            with stream as (update swift.mt_streams s set version = s.version + 1 from swift.mt_events e where e.seq_id = (select max(seq_id) from swift.mt_events) and s.id = e.stream_id returning s.id, s.version)
            insert into swift.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id)
            select nextval('swift.mt_events_sequence'), gen_random_uuid(), stream.id, stream.version, '{"reason": "x"}', 'experiment_paused.v1', now(), '*DEFAULT*' from stream
            """);

        await using var plane = await ControlPlane.Start(database, folder.Path, audit: AuditSettings.In(folder.Path));
        await plane.UntilSigned();
        await Finish(plane, folder);
        await plane.UntilSigned();
        plane.Services.GetRequiredService<SealingWatch>().Problem.ShouldBeNull("the subscription seals");
        await plane.Stop();
    }

    [Fact]
    public async Task A_node_seals_in_the_stead_of_a_subscription_that_does_not_and_says_so()
    {
        var database = await postgres.CreateDatabase();
        using var folder = new TemporaryFolder();
        await using var plane = await ControlPlane.Start(database, folder.Path, audit: AuditSettings.In(folder.Path));
        await Finish(plane, folder);
        await plane.UntilSigned();
        var daemon = plane.Services.GetRequiredService<IProjectionCoordinator>();
        await daemon.StopAsync(Ct);
        var clock = new Clock();
        using var watch = new SealingWatch(plane.Store, clock, NullLogger<SealingWatch>.Instance);
        await watch.LookAsync(Ct);
        (await plane.Submit(TestPipeline.Write(folder.Path))).Version.ShouldBeGreaterThan(0);

        await watch.LookAsync(Ct);
        watch.Problem.ShouldBeNull("that may still be sealed in time");
        clock.Now += SealingWatch.Patience;
        await watch.LookAsync(Ct);
        watch.Problem.ShouldNotBeNull().ShouldContain("this node seals in its stead");
        await UntilSigned(plane, watch);
        await plane.Stop();
    }

    [Fact]
    public async Task A_position_that_is_changed_while_the_subscription_runs_keeps_nothing_out_of_the_log()
    {
        var database = await postgres.CreateDatabase();
        using var folder = new TemporaryFolder();
        await using var plane = await ControlPlane.Start(database, folder.Path, audit: AuditSettings.In(folder.Path));
        await Finish(plane, folder);
        await plane.UntilSigned();
        await Execute(database, ClaimAll);
        await Finish(plane, folder);

        var clock = new Clock();
        using var watch = new SealingWatch(plane.Store, clock, NullLogger<SealingWatch>.Instance);
        await watch.LookAsync(Ct);
        clock.Now += SealingWatch.Patience;
        await UntilSigned(plane, watch);
        await plane.Stop();
    }

    private static async Task UntilSigned(ControlPlane plane, SealingWatch watch)
    {
        var signed = plane.UntilSigned();
        while (!signed.IsCompleted)
        {
            await watch.LookAsync(Ct);
            await Task.Delay(50, Ct);
        }
        await signed;
    }

    private static async Task Finish(ControlPlane plane, TemporaryFolder folder)
    {
        var id = (await plane.Submit(TestPipeline.Write(folder.Path))).Id;
        await plane.Until(id, view => view.Status == ExperimentStatus.Succeeded);
    }

    private static async Task Execute(string connection, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Ct);
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
