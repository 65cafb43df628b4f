using System.Reflection;
using System.Text.Json;
using Npgsql;
using Swift.Api.Schedules;
using Swift.Api.Schedules.Aggregate;
using Swift.Api.Schedules.Firing;
using Swift.Api.Tests.Experiments;
using Swift.Contracts.Events;
using Swift.Contracts.Experiments;
using Swift.Contracts.Schedules;
using Swift.Hosting.Artifacts;
using Swift.Testing;

namespace Swift.Api.Tests.Schedules;

/// <summary>Fires whose experiment cannot be prepared, for a reason that is not the pipeline's.</summary>
public sealed class FailingFireTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Guid Id = ScheduleStreams.StreamOf("hourly");
    private readonly TemporaryFolder _temporary = new();
    private readonly IArtifactStore _store = DispatchProxy.Create<IArtifactStore, BrokenStore>();
    private ScheduleNode _node = null!;

    private BrokenStore Broken => (BrokenStore)_store;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Broken.Inner = new FolderArtifactStore(_temporary["artifacts"]);
        _node = new ScheduleNode(await postgres.CreateDatabase(), _temporary.Path, Start, _store);
        var pipeline = await _node.Intake.PrepareAsync(JsonSerializer.SerializeToElement(TestPipeline.Write(_temporary.Path)), null, ingest: false, Ct);
        await _node.Pipelines.RegisterAsync(pipeline.Registrable, "test", Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _temporary.Dispose();
    }

    [Theory, InlineData(24 * 60 * 60, 300), InlineData(40, 20)]
    public async Task What_stays_broken_is_recorded_with_its_reason_and_the_rule_goes_on(int window, int patience)
    {
        await Create(new() { Pipeline = "small", Cron = "0 * * * *", CatchupWindow = window });
        Broken.Failures = int.MaxValue;
        foreach (var seconds in new[] { 0, 3, patience - 3 })
        {
            (await Should.ThrowAsync<NotPreparedException>(() => At(1, seconds))).InnerException.ShouldBeOfType<IOException>();
        }
        await At(1, patience);
        var failed = (await Events()).OfType<FireFailed>().ShouldHaveSingleItem();
        failed.NominalTime.ShouldBe(Start.AddHours(1));
        failed.Reason.Kind.ShouldBe(FailureKind.Infrastructure);
        failed.Reason.Message.ShouldContain("No space left on device");
        Broken.Failures = 0;
        await At(2, 0);
        (await Events()).OfType<ScheduleFired>().ShouldHaveSingleItem().NominalTime.ShouldBe(Start.AddHours(2));
    }

    [Fact]
    public async Task What_passes_is_fired_and_nothing_is_recorded_of_it()
    {
        await Create(new() { Pipeline = "small", Cron = "0 * * * *" });
        Broken.Failures = 1;
        await Should.ThrowAsync<NotPreparedException>(() => At(1, 0));
        await At(1, 3);
        (await Events()).Select(e => e.GetType()).ShouldBe([typeof(ScheduleCreated), typeof(ScheduleFired)]);
    }

    [Fact]
    public async Task The_rule_does_not_wait_for_a_fire_that_somebody_asked_for_and_that_fails()
    {
        await Create(new() { Pipeline = "small", Cron = "0 * * * *", Overlap = OverlapPolicy.Allow }, new FiresRequested(FireTrigger.Backfill, [Start.AddHours(-5)], OverlapPolicy.Allow, null));
        Broken.Failures = 1;
        await Should.ThrowAsync<NotPreparedException>(() => At(1, 0));
        (await Events()).OfType<ScheduleFired>().Select(e => e.Trigger).ShouldBe([FireTrigger.Cron]);
        await At(1, 3);
        (await Events()).OfType<ScheduleFired>().Select(e => e.Trigger).ShouldBe([FireTrigger.Cron, FireTrigger.Backfill]);
    }

    [Fact]
    public void An_error_of_the_database_says_nothing_of_the_fire()
    {
        FailingFires.IsOfTheFire(new InvalidOperationException("wrapped", new NpgsqlException("away")), Ct).ShouldBeFalse();
        FailingFires.IsOfTheFire(new JasperFx.ConcurrencyException(typeof(Schedule), Id), Ct).ShouldBeFalse();
        FailingFires.IsOfTheFire(new OperationCanceledException(), new CancellationToken(canceled: true)).ShouldBeFalse();
        FailingFires.IsOfTheFire(new IOException("No space left on device"), Ct).ShouldBeTrue();
    }

    private async Task Create(ScheduleSpec spec, params IReadOnlyList<IScheduleEvent> more)
    {
        await using var session = _node.Store.LightweightSession();
        session.Events.StartStream<Schedule>(Id, [new ScheduleCreated("hourly", spec, Start), .. more]);
        await session.SaveChangesAsync(Ct);
    }

    private Task At(int hour, int seconds)
    {
        _node.Clock.AdjustTime(Start.AddHours(hour).AddSeconds(seconds));
        return _node.Runner.AdvanceAsync(Id, Ct);
    }

    private async Task<IReadOnlyList<object>> Events()
    {
        await using var query = _node.Store.QuerySession();
        return [.. (await query.Events.FetchStreamAsync(Id, token: Ct)).Select(e => e.Data)];
    }

    /// <summary>A store whose disk is full for so many calls.</summary>
    public class BrokenStore : DispatchProxy
    {
        internal IArtifactStore Inner { get; set; } = null!;
        internal int Failures { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            Failures-- > 0 ? throw new IOException("No space left on device") : targetMethod!.Invoke(Inner, args);
    }
}
