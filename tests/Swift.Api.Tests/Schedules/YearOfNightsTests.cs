using System.Globalization;
using System.Text.Json;
using Marten;
using Swift.Api.Experiments.Aggregate;
using Swift.Api.Schedules;
using Swift.Api.Schedules.Aggregate;
using Swift.Api.Schedules.Firing;
using Swift.Api.Tests.Experiments;
using Swift.Contracts.Events;
using Swift.Contracts.Schedules;
using Swift.Testing;

namespace Swift.Api.Tests.Schedules;

/// <summary>
/// A year on two nodes of one database: clocks that change, clocks that jump an hour, nodes that are killed in the middle of a fire and
/// stay dead across the next ones. Each nominal time, calculated from the calendar, ends in one experiment or one recorded reason.
/// </summary>
public sealed class YearOfNightsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder _temporary = new();
    private readonly Random _dice = new(20260124);
    private readonly ScheduleNode[] _nodes = new ScheduleNode[2];
    /// <summary>The hour of the year until which a node is dead.</summary>
    private readonly double[] _deadUntil = new double[2];
    private int _kills;

    /// <summary>Times that lie in the gap or in the doubled hour of their zone.</summary>
    private static readonly (string Name, ScheduleSpec Spec, TimeOnly Time)[] Rules =
    [
        ("berlin", Rule("Europe/Berlin", "30 2 * * *", OverlapPolicy.Allow), new(2, 30)),
        ("new-york-gap", Rule("America/New_York", "30 2 * * *", OverlapPolicy.Skip), new(2, 30)),
        ("new-york-twice", Rule("America/New_York", "30 1 * * *", OverlapPolicy.BufferOne), new(1, 30)),
        ("lord-howe-gap", Rule("Australia/Lord_Howe", "15 2 * * *", OverlapPolicy.CancelPrevious), new(2, 15)),
        ("lord-howe-twice", Rule("Australia/Lord_Howe", "45 1 * * *", OverlapPolicy.Skip) with { Jitter = 1800 }, new(1, 45)),
    ];

    public async ValueTask InitializeAsync()
    {
        var connection = await postgres.CreateDatabase();
        for (var i = 0; i < _nodes.Length; i++) _nodes[i] = new ScheduleNode(connection, _temporary.Path, Start);
        var pipeline = await _nodes[0].Intake.PrepareAsync(JsonSerializer.SerializeToElement(new
        {
            name = "small",
            model = JsonSerializer.SerializeToElement(TestPipeline.Write(_temporary.Path)).GetProperty("model"),
            stages = new object[] { new { kind = "sft", data = new { dataset = new[] { Path.Combine(_temporary.Path, "train.jsonl") } }, train = new { max_steps = 1 } } },
        }), null, ingest: false, Ct);
        await _nodes[0].Pipelines.RegisterAsync(pipeline.Registrable, "test", Ct);
        await using var session = _nodes[0].Store.LightweightSession();
        foreach (var (name, spec, _) in Rules)
        {
            session.Events.StartStream<Schedule>(ScheduleStreams.StreamOf(name), new ScheduleCreated(name, spec, Start));
        }
        await session.SaveChangesAsync(Ct);
    }

    [Fact]
    public async Task Each_nominal_time_of_a_year_ends_in_one_experiment_or_one_recorded_reason()
    {
        const int hours = 365 * 24;
        for (var hour = 0.0; hour < hours; hour += 1 + _dice.NextDouble() * 11)
        {
            // Rarely both are away for a day or two: longer than the catch-up window.
            if (_dice.Next(60) == 0) Array.Fill(_deadUntil, hour + 12 + _dice.Next(48));
            await Task.WhenAll(Enumerable.Range(0, _nodes.Length).Where(node => hour >= _deadUntil[node]).Select(node => Live(node, hour)));
            await EndSome();
        }
        foreach (var node in _nodes)
        {
            node.Live();
            node.Clock.AdjustTime(Start.AddHours(hours + 2));
            foreach (var (name, _, _) in Rules) await node.Runner.AdvanceAsync(ScheduleStreams.StreamOf(name), Ct);
        }
        var fired = 0;
        foreach (var (name, spec, time) in Rules) fired += await Check(name, spec, time);
        await using var query = _nodes[0].Store.QuerySession();
        (await query.Query<Experiment>().CountAsync(Ct)).ShouldBe(fired);
        _kills.ShouldBeGreaterThan(50);
        TestContext.Current.TestOutputHelper?.WriteLine($"{fired} experiments, {_kills} kills");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        _temporary.Dispose();
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static ScheduleSpec Rule(string zone, string cron, OverlapPolicy overlap) =>
        new() { Pipeline = "small", Cron = cron, TimeZone = zone, Overlap = overlap, CatchupWindow = 20 * 60 * 60 };

    /// <summary>A node looks at every schedule, by its own clock, which is wrong by up to an hour now and then.</summary>
    private async Task Live(int index, double hour)
    {
        var node = _nodes[index];
        node.Live();
        int jump, death;
        lock (_dice) (jump, death) = (_dice.Next(12), _dice.Next(12));
        node.Clock.AdjustTime(Start.AddHours(hour + jump switch { 0 => 1, 1 => -1, _ => 0 }));
        if (death < 2) node.DieAtTheNextCommit(before: death == 0);
        foreach (var (name, _, _) in Rules)
        {
            try
            {
                await node.Runner.AdvanceAsync(ScheduleStreams.StreamOf(name), Ct);
            }
            catch (Exception killed) when (IsDeath(killed))
            {
                Interlocked.Increment(ref _kills);
                lock (_dice) _deadUntil[index] = hour + _dice.NextDouble() * 30;
                return;
            }
        }
    }

    private static bool IsDeath(Exception exception) =>
        exception is ScheduleNode.KilledException || (exception.InnerException is { } inner && IsDeath(inner));

    /// <summary>Some of the experiments come to their end.</summary>
    private async Task EndSome()
    {
        foreach (var node in _nodes) node.Live();
        await using var session = _nodes[0].Store.LightweightSession();
        foreach (var (name, _, _) in Rules)
        {
            var schedule = (await session.LoadAsync<Schedule>(ScheduleStreams.StreamOf(name), Ct))!;
            foreach (var run in schedule.Running.Where(_ => _dice.Next(3) == 0))
            {
                if ((await session.LoadAsync<Experiment>(run.Experiment, Ct))!.IsFinal) continue;
                session.Events.Append(run.Experiment, new ExperimentSucceeded(null));
            }
        }
        await session.SaveChangesAsync(Ct);
    }

    /// <returns>How many experiments the schedule made.</returns>
    private async Task<int> Check(string name, ScheduleSpec spec, TimeOnly time)
    {
        var id = ScheduleStreams.StreamOf(name);
        await using var query = _nodes[0].Store.QuerySession();
        var events = (await query.Events.FetchStreamAsync(id, token: Ct)).Select(e => e.Data).ToList();
        var schedule = (await query.LoadAsync<Schedule>(id, Ct))!;
        var fires = events.OfType<ScheduleFired>().ToList();
        var settled = fires.Select(e => e.NominalTime)
            .Concat(events.OfType<FireSkipped>().Select(e => e.NominalTime))
            .Concat(events.OfType<FiresMissed>().SelectMany(e => Nights.Of(spec.TimeZone, e.From.AddTicks(-1), e.Through, time)))
            .Concat(schedule.Buffered is { } waiting ? [waiting] : [])
            .Order().ToList();
        var expected = Nights.Of(spec.TimeZone, Start, schedule.Settled, time);
        settled.Select(Text).ShouldBe(expected.Select(Text), name);
        expected.Count.ShouldBeInRange(364, 366, name);
        fires.Select(e => e.Experiment).ShouldBe(fires.Select(e => ScheduledExperiment.IdOf(id, e.NominalTime)), name);
        events.OfType<FireFailed>().ShouldBeEmpty(name);
        foreach (var fire in fires)
        {
            (await query.Events.FetchStreamStateAsync(fire.Experiment, Ct)).ShouldNotBeNull();
        }
        events.OfType<FiresMissed>().ShouldNotBeEmpty(name);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{name}: {expected.Count} nominal times, {fires.Count} fired, {events.OfType<FireSkipped>().Count()} skipped, {events.OfType<FiresMissed>().Sum(e => e.Count)} missed");
        return fires.Count;
    }

    private static string Text(DateTimeOffset moment) => moment.ToString("O", CultureInfo.InvariantCulture);
}
