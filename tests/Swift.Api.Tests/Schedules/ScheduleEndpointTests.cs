using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marten;
using Swift.Api.Experiments.Aggregate;
using Swift.Api.Tests.Experiments;
using Swift.Contracts;
using Swift.Contracts.Events;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;
using Swift.Contracts.Schedules;
using Swift.Testing;

namespace Swift.Api.Tests.Schedules;

/// <summary>Schedules over HTTP, with PostgreSQL, Quartz and workers that answer from a script.</summary>
public sealed class ScheduleEndpointTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TemporaryFolder _temporary = new();
    private string _connection = "";
    private ControlPlane _plane = null!;

    public async ValueTask InitializeAsync()
    {
        _connection = await postgres.CreateDatabase();
        _plane = await ControlPlane.Start(_connection, _temporary.Path);
    }

    public async ValueTask DisposeAsync()
    {
        await _plane.DisposeAsync();
        _temporary.Dispose();
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_schedule_is_created_shown_paused_resumed_changed_and_deleted_and_its_history_tells()
    {
        await Register(Write("a.jsonl"));
        var created = await Create("nightly", new { pipeline = "small", cron = "30 2 * * *", time_zone = "Europe/Berlin", start = "2030-03-30T00:00:00Z" });
        created.NextFire!.NominalTime.ShouldBe(new DateTimeOffset(2030, 3, 30, 1, 30, 0, TimeSpan.Zero));
        var next = await Read<List<NextFire>>("/v1/schedules/nightly/next?count=3");
        next.Select(fire => fire.NominalTime.Hour * 100 + fire.NominalTime.Minute).ShouldBe([130, 100, 30]);
        next[1].LocalTime.Offset.ShouldBe(TimeSpan.FromHours(2));

        (await Post<ScheduleView>("/v1/schedules/nightly:pause", new { reason = "holidays" })).Paused!.Reason.ShouldBe("holidays");
        (await Read<ScheduleView>("/v1/schedules/nightly")).NextFire.ShouldBeNull();
        (await Post<ScheduleView>("/v1/schedules/nightly:resume", new { })).Paused.ShouldBeNull();
        using var put = await _plane.Http.PutAsJsonAsync("/v1/schedules/nightly", new { pipeline = "small", cron = "0 0 4 * * SUN" }, SwiftJson.Options, Ct);
        put.StatusCode.ShouldBe(HttpStatusCode.OK, await put.Content.ReadAsStringAsync(Ct));
        (await Read<Page<ScheduleView>>("/v1/schedules?pageSize=1")).Items.Single().Spec.Cron.ShouldBe("0 0 4 * * SUN");
        using var deleted = await _plane.Http.DeleteAsync("/v1/schedules/nightly?reason=over", Ct);
        deleted.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await Refused(HttpMethod.Get, "/v1/schedules/nightly", null, 404, "schedule_not_found");

        var history = await Read<Page<EventView>>("/v1/schedules/nightly/events");
        history.Items.Select(e => e.Type).ShouldBe(
            ["schedule_created.v1", "schedule_paused.v1", "schedule_resumed.v1", "schedule_changed.v1", "schedule_deleted.v1"]);
        history.Items.ShouldAllBe(e => e.Actor == ControlPlane.Actor);
        (await Read<Page<EventView>>("/v1/schedules/nightly/events?fromVersion=2&pageSize=2")).NextPageToken.ShouldBe("4");
    }

    [Fact]
    public async Task A_rule_of_every_second_on_two_nodes_makes_one_experiment_per_nominal_time()
    {
        await Register(Write("a.jsonl"));
        var other = await ControlPlane.Start(_connection, Path.Combine(_temporary.Path, "other"));
        try
        {
            await Create("busy", new { pipeline = "small", cron = "* * * * * *", overlap = "allow" });
            await UntilSchedule("busy", view => view.Counts.Fired >= 6);
            await other.Stop();
            await UntilSchedule("busy", view => view.Counts.Fired >= 10);
        }
        finally
        {
            await other.DisposeAsync();
        }
        (await Post<ScheduleView>("/v1/schedules/busy:pause", new { reason = "enough" })).Paused.ShouldNotBeNull();
        var events = (await Read<Page<EventView>>("/v1/schedules/busy/events?pageSize=1000")).Items;
        var fired = events.Where(e => e.Type == "schedule_fired.v1").Select(e => e.Data.GetProperty("nominal_time").GetDateTimeOffset()).ToList();
        fired.ShouldBe(Enumerable.Range(0, fired.Count).Select(i => fired[0].AddSeconds(i)));
        await using var session = _plane.Store.QuerySession();
        (await session.Query<Experiment>().CountAsync(Ct)).ShouldBe(fired.Count);
        (await session.Query<Experiment>().ToListAsync(Ct)).ShouldAllBe(experiment => experiment.SubmittedBy == "schedule/busy");
        (await UntilSchedule("busy", view => view.Running.Count == 0)).Recent.ShouldAllBe(fire => fire.Status == ExperimentStatus.Succeeded);
    }

    [Theory, InlineData("new"), InlineData("new/**/*.jsonl")]
    public async Task What_is_new_is_found_at_fire_time_and_nothing_new_is_a_reason_to_skip(string dataset)
    {
        Write("new/b.jsonl");
        await Register(Path.Combine(_temporary.Path, dataset));
        await Create("fresh", new { pipeline = "small", cron = "*/2 * * * * *", only_if_changed = true });
        // While the first runs, fires are skipped for another reason.
        await UntilSchedule("fresh", view => view.Recent.Any(fire => fire.Reason == "unchanged"));
        var fired = (await Read<Page<EventView>>("/v1/schedules/fresh/events")).Items.Where(e => e.Type == "schedule_fired.v1").ShouldHaveSingleItem();
        var before = await _plane.Get(fired.Data.GetProperty("experiment").GetGuid());

        Write("new/deep/a.jsonl");
        var view = await UntilSchedule("fresh", view => view.Counts.Fired >= 2);
        var experiment = await _plane.Get(view.Recent.Last(fire => fire.Outcome == "fired").Experiment!.Value);
        experiment.Inputs.Values.ShouldNotBe(before.Inputs.Values);
        experiment.Settings.Stages[1].Data!.Dataset.ShouldBe(dataset == "new"
            ? [Path.Combine(_temporary.Path, "new")]
            : [Path.Combine(_temporary.Path, "new/b.jsonl"), Path.Combine(_temporary.Path, "new/deep/a.jsonl")]);
        (await Read<RegisteredPipeline>("/v1/pipelines/small")).Spec.Stages[1].Data!.Dataset.ShouldBe([Path.Combine(_temporary.Path, dataset)]);
    }

    [Fact]
    public async Task A_fire_that_is_refused_at_the_door_is_recorded_and_pauses_where_the_rule_says_so()
    {
        var data = Write("new/a.jsonl");
        await Register(Path.Combine(_temporary.Path, "new", "*.jsonl"));
        File.Delete(data);
        await Create("broken", new { pipeline = "small", cron = "* * * * * *", pause_on_failure = true });
        var view = await UntilSchedule("broken", view => view.Paused is not null);
        view.Counts.ShouldBe(new FireCounts(0, 0, 0, 0, 1));
        view.Paused!.OnFailure.ShouldBeTrue();
        view.Recent.Single().Reason!.ShouldContain("There is no file");
    }

    [Fact]
    public async Task A_trigger_fires_now_and_a_backfill_fills_what_has_not_run()
    {
        await Register(Write("a.jsonl"));
        await Create("daily", new { pipeline = "small", cron = "0 0 * * *" });
        await Post<ScheduleView>("/v1/schedules/daily:trigger", new { reason = "now" });
        await UntilSchedule("daily", view => view.Counts.Fired == 1 && view.Running.Count == 0);
        var range = new { after = "2026-01-01T00:00:00Z", through = "2026-01-04T00:00:00Z" };
        (await Post<ScheduleView>("/v1/schedules/daily:backfill", range)).ShouldNotBeNull();
        var view = await UntilSchedule("daily", view => view.Counts.Fired == 4 && view.Running.Count == 0);
        view.Recent.TakeLast(3).Select(fire => (fire.NominalTime.Day, fire.Trigger)).ShouldBe([(2, FireTrigger.Backfill), (3, FireTrigger.Backfill), (4, FireTrigger.Backfill)]);
        await Post<ScheduleView>("/v1/schedules/daily:backfill", range);
        (await UntilSchedule("daily", v => v.Counts.Skipped == 3)).Recent[^1].Reason.ShouldBe("already_ran");
    }

    [Fact]
    public async Task Cancel_previous_cancels_what_runs()
    {
        await Register(Write("a.jsonl"));
        _plane.Script.Answers = _ => Task.FromResult(false);
        await Create("impatient", new { pipeline = "small", cron = "0 0 1 1 *", overlap = "cancel_previous" });
        await Post<ScheduleView>("/v1/schedules/impatient:trigger", new { });
        var first = (await UntilSchedule("impatient", view => view.Counts.Fired == 1)).Recent.Single().Experiment!.Value;
        await Post<ScheduleView>("/v1/schedules/impatient:trigger", new { });
        await UntilSchedule("impatient", view => view.Counts.Fired == 2 && view.Running.Count == 1);
        (await _plane.Get(first)).Status.ShouldBe(ExperimentStatus.Cancelled);
    }

    [Fact]
    public async Task A_retried_experiment_runs_again_for_its_schedule_and_what_it_trained_is_not_new()
    {
        await Register(Write("a.jsonl"));
        _plane.Script.Reply = command => new Contracts.Messages.SegmentFailed(command.Address, ScriptedWorker.Identity(), new FailureReason(FailureKind.BadInput, "no_rows", "No row is usable."));
        await Create("daily", new { pipeline = "small", cron = "0 0 1 1 *" });
        await Post<ScheduleView>("/v1/schedules/daily:trigger", new { });
        var experiment = (await UntilSchedule("daily", view => view.Recent is [{ Status: ExperimentStatus.Failed }])).Recent[0].Experiment!.Value;

        _plane.Script.Reply = ScriptedWorker.Answer;
        var mended = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _plane.Script.Answers = _ => mended.Task;
        await Post<JsonElement>($"/v1/experiments/{experiment}:retry", new ExperimentCommand("mended"));
        (await UntilSchedule("daily", view => view.Running.Count == 1)).Running[0].Experiment.ShouldBe(experiment);
        await Post<ScheduleView>("/v1/schedules/daily:trigger", new { });
        (await UntilSchedule("daily", view => view.Counts.Skipped == 1)).Recent[^1].Reason.ShouldBe("overlap");

        mended.SetResult(true);
        await UntilSchedule("daily", view => view is { Running.Count: 0 } && view.Recent[0].Status == ExperimentStatus.Succeeded);
        using var put = await _plane.Http.PutAsJsonAsync("/v1/schedules/daily", new { pipeline = "small", cron = "* * * * * *", only_if_changed = true }, SwiftJson.Options, Ct);
        put.StatusCode.ShouldBe(HttpStatusCode.OK, await put.Content.ReadAsStringAsync(Ct));
        (await UntilSchedule("daily", view => view.Recent.Any(fire => fire.Reason == "unchanged"))).Counts.Fired.ShouldBe(1);
        (await Read<Page<EventView>>("/v1/schedules/daily/events")).Items.Select(e => e.Type).Where(type => type.StartsWith("scheduled_", StringComparison.Ordinal))
            .ShouldBe(["scheduled_experiment_finished.v1", "scheduled_experiment_retried.v1", "scheduled_experiment_finished.v1"]);
    }

    [Fact]
    public async Task A_schedule_that_this_node_cannot_read_is_shown_with_its_problem_and_the_others_go_on()
    {
        await using (var session = _plane.Store.LightweightSession())
        {
            var spec = new ScheduleSpec { Pipeline = "small", Cron = "* * * * * *", TimeZone = "Mars/Phobos" };
            session.Events.StartStream<Api.Schedules.Aggregate.Schedule>(Api.Schedules.ScheduleStreams.StreamOf("elsewhere"), new ScheduleCreated("elsewhere", spec, DateTimeOffset.UtcNow));
            await session.SaveChangesAsync(Ct);
        }
        await Register(Write("a.jsonl"));
        await Create("daily", new { pipeline = "small", cron = "0 0 * * *" });
        await Post<ScheduleView>("/v1/schedules/daily:trigger", new { });
        // Only the watch sees an experiment end.
        await UntilSchedule("daily", view => view.Counts.Fired == 1 && view.Running.Count == 0);

        var (good, bad) = await Read<Page<ScheduleView>>("/v1/schedules") is { Items: [var first, var second] } ? (first, second) : throw new InvalidOperationException("There are two.");
        (good.Name, good.Problem).ShouldBe(("daily", null));
        (bad.Name, bad.NextFire).ShouldBe(("elsewhere", null));
        bad.Problem.ShouldNotBeNull().ShouldContain("Mars/Phobos");
        await Refused(HttpMethod.Get, "/v1/schedules/elsewhere/next", null, 503, "schedule_unreadable");
    }

    [Fact]
    public async Task What_comes_after_a_pause_does_not_lie_in_the_past()
    {
        await Register(Write("a.jsonl"));
        await Create("busy", new { pipeline = "small", cron = "* * * * * *", start = "2020-01-01T00:00:00Z" });
        await Post<ScheduleView>("/v1/schedules/busy:pause", new { reason = "holidays" });
        await Task.Delay(TimeSpan.FromSeconds(2.5), Ct);
        var now = DateTimeOffset.UtcNow;
        (await Read<List<NextFire>>("/v1/schedules/busy/next?count=2"))[0].NominalTime.ShouldBeGreaterThan(now);
    }

    [Fact]
    public async Task A_node_that_is_stopped_in_order_leaves_no_trace_that_looks_like_a_failed_one()
    {
        var other = await ControlPlane.Start(_connection, Path.Combine(_temporary.Path, "other"));
        await using var source = Npgsql.NpgsqlDataSource.Create(_connection);
        async Task<long> Nodes()
        {
            await using var count = source.CreateCommand("select count(*) from swift.qrtz_scheduler_state");
            return (long)(await count.ExecuteScalarAsync(Ct))!;
        }
        // Quartz starts after the server has, in its own time.
        using (var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct))
        {
            patience.CancelAfter(Patience.Longest);
            while (await Nodes() < 2) await Task.Delay(50, patience.Token);
        }
        await other.DisposeAsync();
        (await Nodes()).ShouldBe(1);
        await _plane.Stop();
        (await Nodes()).ShouldBe(0);
    }

    [Fact]
    public async Task Schedules_are_folded_again_from_their_events()
    {
        await Register(Write("a.jsonl"));
        await Create("daily", new { pipeline = "small", cron = "0 0 * * *" });
        await Post<ScheduleView>("/v1/schedules/daily:trigger", new { });
        await UntilSchedule("daily", view => view.Counts.Fired == 1 && view.Running.Count == 0);
        var before = JsonSerializer.Serialize(await Read<ScheduleView>("/v1/schedules/daily"), SwiftJson.Options);
        using var response = await _plane.Http.PostAsync("/v1/admin/read-models:rebuild", null, Ct);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync(Ct));
        JsonSerializer.Serialize(await Read<ScheduleView>("/v1/schedules/daily"), SwiftJson.Options).ShouldBe(before);
    }

    [Fact]
    public async Task What_cannot_be_is_refused_with_a_code()
    {
        await Register(Write("a.jsonl"));
        var good = new { pipeline = "small", cron = "0 0 * * *" };
        await Create("daily", good);
        await Refused(HttpMethod.Post, "/v1/schedules", new { name = "daily", spec = good }, 409, "schedule_exists");
        await Refused(HttpMethod.Post, "/v1/schedules", new { name = "No Name", spec = good }, 400, "bad_name");
        var errors = await Refused(HttpMethod.Post, "/v1/schedules", new { name = "x", spec = new { pipeline = "nobody", cron = "0 0 * *", time_zone = "Mars", jitter = -1, catchup_window = 1 } }, 400, "invalid_specification");
        errors.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe(["cron", "time_zone", "jitter", "catchup_window", "pipeline"], ignoreOrder: true);
        await Refused(HttpMethod.Post, "/v1/schedules", new { name = "x", spec = new { pipeline = "small", cron = "0 0 * * *", overlap = "whatever" } }, 400, null);
        await Refused(HttpMethod.Post, "/v1/schedules/nobody:trigger", new { }, 404, "schedule_not_found");
        await Refused(HttpMethod.Post, "/v1/schedules/daily:pause", new { }, 400, "reason_missing");
        await Refused(HttpMethod.Get, "/v1/schedules/daily/next?count=0", null, 400, "bad_count");
        await Refused(HttpMethod.Get, "/v1/schedules?pageToken=Zm9yZ2Vk", null, 400, "bad_page_token");
        await Refused(HttpMethod.Post, "/v1/schedules/daily:backfill", new { after = "2026-01-01T00:00:00Z", through = "2099-01-01T00:00:00Z" }, 400, "backfill_in_the_future");
    }

    private string Write(string name)
    {
        TestPipeline.Write(_temporary.Path);
        var path = Path.Combine(_temporary.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Copy(Path.Combine(_temporary.Path, "train.jsonl"), path);
        return path;
    }

    private async Task Register(string dataset)
    {
        var model = JsonSerializer.SerializeToElement(TestPipeline.Write(_temporary.Path)).GetProperty("model");
        await Post<RegisteredPipeline>("/v1/pipelines", new { name = "small", model, stages = new object[] { new { kind = "sft", data = new { dataset = new[] { dataset } }, train = new { max_steps = 10 } } } });
    }

    private Task<ScheduleView> Create(string name, object spec) => Post<ScheduleView>("/v1/schedules", new { name, spec });

    private async Task<ScheduleView> UntilSchedule(string name, Func<ScheduleView, bool> state)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        deadline.CancelAfter(Patience.Longest);
        while (true)
        {
            var view = await Read<ScheduleView>($"/v1/schedules/{name}");
            if (state(view)) return view;
            if (deadline.IsCancellationRequested) throw new TimeoutException($"Not reached; the schedule is {JsonSerializer.Serialize(view, SwiftJson.Indented)}");
            await Task.Delay(50, Ct);
        }
    }

    private async Task<T> Post<T>(string path, object body)
    {
        using var response = await _plane.Http.PostAsJsonAsync(path, body, SwiftJson.Options, Ct);
        var text = await response.Content.ReadAsStringAsync(Ct);
        response.IsSuccessStatusCode.ShouldBeTrue($"{path}: {text}");
        return JsonSerializer.Deserialize<T>(text, SwiftJson.Options)!;
    }

    private async Task<T> Read<T>(string path) => (await _plane.Http.GetFromJsonAsync<T>(path, SwiftJson.Options, Ct))!;

    private async Task<JsonElement> Refused(HttpMethod method, string path, object? body, int status, string? code)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = JsonContent.Create(body, body.GetType(), options: SwiftJson.Options);
        using var response = await _plane.Http.SendAsync(request, Ct);
        var text = await response.Content.ReadAsStringAsync(Ct);
        ((int)response.StatusCode).ShouldBe(status, $"{method} {path}: {text}");
        var problem = JsonDocument.Parse(text).RootElement;
        if (code is not null) problem.GetProperty("code").GetString().ShouldBe(code, text);
        return problem;
    }
}
