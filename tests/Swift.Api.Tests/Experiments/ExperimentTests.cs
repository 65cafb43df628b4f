using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marten.Events;
using Swift.Contracts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;
using Swift.Testing;

namespace Swift.Api.Tests.Experiments;

public sealed class ExperimentTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TemporaryFolder _temporary = new();
    private string _database = null!;
    private ControlPlane _plane = null!;

    private string Folder => _temporary.Path;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabase();
        _plane = await ControlPlane.Start(_database, Folder);
    }

    public async ValueTask DisposeAsync()
    {
        await _plane.Stop();
        await _plane.DisposeAsync();
        _temporary.Dispose();
    }

    [Fact]
    public async Task A_submitted_pipeline_runs_through_every_stage()
    {
        var accepted = await _plane.Submit(TestPipeline.Write(Folder));
        var view = await _plane.Until(accepted.Id, v => v.Status is ExperimentStatus.Succeeded or ExperimentStatus.Failed);
        view.Status.ShouldBe(ExperimentStatus.Succeeded);
        view.Stages.Select(stage => stage.Name).ShouldBe(["prepare", "sft", "eval", "grpo", "export", "deploy"]);
        view.Stages[1].RowsDropped.ShouldBe(2);
        view.Stages[3].PolicyVersion.ShouldBe(3);

        var events = await _plane.Http.GetFromJsonAsync<Page<EventView>>($"/v1/experiments/{accepted.Id}/events", SwiftJson.Options, TestContext.Current.CancellationToken);
        events!.Items.Select(e => e.Version).ShouldBe(Enumerable.Range(1, events.Items.Count).Select(i => (long)i));
        events.Items.ShouldAllBe(e => e.Actor != null && e.Correlation == accepted.Id.ToString() && e.Causation != null);
        events.Items[^1].Type.ShouldBe("experiment_succeeded.v1");

        // The curves are projected beside the stream, so they may be a moment behind the experiment's end.
        await _plane.Store.WaitForNonStaleProjectionDataAsync(Patience.Longest);
        var metrics = await _plane.Http.GetFromJsonAsync<List<MetricSeries>>($"/v1/experiments/{accepted.Id}/metrics?name=loss", SwiftJson.Options, TestContext.Current.CancellationToken);
        metrics!.Single().Points.Select(point => point.Step).ShouldBe([100, 200, 250]);
    }

    [Fact]
    public async Task The_same_idempotency_key_gives_the_same_experiment_and_another_body_is_refused()
    {
        var pipeline = TestPipeline.Write(Folder);
        var first = await _plane.Submit(pipeline, "key-1");
        var second = await _plane.Submit(pipeline, "key-1");
        second.Id.ShouldBe(first.Id);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/experiments")
        {
            Content = JsonContent.Create(new { pipeline, name = "other" }, options: SwiftJson.Options),
        };
        request.Headers.Add("Idempotency-Key", "key-1");
        using var response = await _plane.Http.SendAsync(request, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Server_sent_events_resume_after_the_last_event_id_and_end_with_the_experiment()
    {
        var accepted = await _plane.Submit(TestPipeline.Write(Folder));
        var all = await Stream(accepted.Id, null);
        all.Select(pair => pair.Id).ShouldBe(Enumerable.Range(1, all.Count).Select(i => i.ToString()));
        all[^1].Type.ShouldBe("experiment_succeeded.v1");
        var rest = await Stream(accepted.Id, "5");
        rest.ShouldBe(all[5..]);
        (await Stream(accepted.Id, all[^1].Id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Dropping_read_models_and_sagas_and_rebuilding_them_gives_equal_documents()
    {
        var ids = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add((await _plane.Submit(TestPipeline.Write(Folder))).Id);
        }
        await _plane.Http.PostAsJsonAsync($"/v1/experiments/{ids[2]}:cancel", new ExperimentCommand("not needed"), SwiftJson.Options, TestContext.Current.CancellationToken);
        foreach (var id in ids)
        {
            await _plane.Until(id, v => v.Status is ExperimentStatus.Succeeded or ExperimentStatus.Cancelled);
        }
        var before = await ReadModelSnapshot.Take(_plane, ids);
        await ReadModelSnapshot.Drop(_plane);
        (await ReadModelSnapshot.Documents(_plane)).ShouldBeEmpty();

        using var response = await _plane.Http.PostAsync("/v1/admin/read-models:rebuild", null, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        (await ReadModelSnapshot.Take(_plane, ids)).ShouldBe(before);
    }

    [Fact]
    public async Task Read_models_are_rebuilt_beside_traffic_and_end_equal()
    {
        var ids = new List<Guid>();
        for (var i = 0; i < 4; i++)
        {
            ids.Add((await _plane.Submit(TestPipeline.Write(Folder))).Id);
        }
        var rebuilds = 0;
        while ((await List("?status=succeeded")).Items.Count < ids.Count)
        {
            using var response = await _plane.Http.PostAsync("/v1/admin/read-models:rebuild", null, TestContext.Current.CancellationToken);
            response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            (await List("")).Items.Count.ShouldBe(ids.Count, "nothing is missing meanwhile");
            rebuilds++;
        }
        rebuilds.ShouldBeGreaterThan(0);
        var after = await ReadModelSnapshot.Take(_plane, ids);
        using var quiet = await _plane.Http.PostAsync("/v1/admin/read-models:rebuild", null, TestContext.Current.CancellationToken);
        (await ReadModelSnapshot.Take(_plane, ids)).ShouldBe(after);
    }

    [Fact]
    public async Task A_restart_sends_what_the_memory_of_the_bus_lost_and_the_end_is_the_same()
    {
        var pipeline = TestPipeline.Write(Folder);
        var undisturbed = await _plane.Submit(pipeline);
        var expected = await _plane.Until(undisturbed.Id, v => v.Status == ExperimentStatus.Succeeded);

        var script = new WorkerScript { Answers = command => Task.FromResult(command.Address.Segment != "train-0001" || command.Address.Attempt > 1) };
        _plane.Script.Answers = script.Answers;
        var accepted = await _plane.Submit(pipeline);
        await _plane.Until(accepted.Id, v => v.Stages[1].Step == 100);
        await _plane.Stop();
        await _plane.DisposeAsync();
        _plane = await ControlPlane.Start(_database, Folder);

        var view = await _plane.Until(accepted.Id, v => v.Status is ExperimentStatus.Succeeded or ExperimentStatus.Failed);
        view.Status.ShouldBe(ExperimentStatus.Succeeded);
        view.Model.ShouldBe(expected.Model);
        view.Stages[1].Retries.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task The_list_pages_filters_and_refuses_forged_tokens()
    {
        for (var i = 0; i < 3; i++)
        {
            await _plane.Submit(TestPipeline.Write(Folder));
        }
        var first = await List("?pageSize=2");
        first.Items.Count.ShouldBe(2);
        var second = await List($"?pageSize=2&pageToken={first.NextPageToken}");
        second.Items.Count.ShouldBe(1);
        second.NextPageToken.ShouldBeNull();
        first.Items.Concat(second.Items).Select(item => item.Id).Distinct().Count().ShouldBe(3);
        (await List("?name=nobody")).Items.ShouldBeEmpty();
        foreach (var query in new[] { "?pageToken=forged", "?pageSize=0", "?status=7", "?orderBy=name%3Bdrop" })
        {
            using var response = await _plane.Http.GetAsync("/v1/experiments" + query, TestContext.Current.CancellationToken);
            response.StatusCode.ShouldBe(HttpStatusCode.BadRequest, query);
            response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        }
    }

    [Fact]
    public async Task A_refused_specification_names_every_field_and_creates_nothing()
    {
        var missing = Path.Combine(Folder, "absent.jsonl");
        var body = new
        {
            pipeline = new
            {
                name = "refused",
                colour = "red",
                model = new { path = missing },
                stages = new object[] { new { kind = "sft", data = new { dataset = new[] { missing } }, train = new { learning_rate = -1 } } },
            },
        };
        foreach (var path in new[] { "/v1/experiments", "/v1/pipelines", "/v1/pipelines:validate" })
        {
            using var response = await _plane.Http.PostAsJsonAsync(path, path == "/v1/experiments" ? (object)body : body.pipeline, SwiftJson.Options, TestContext.Current.CancellationToken);
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            response.StatusCode.ShouldBe(HttpStatusCode.BadRequest, text);
            response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
            using var problem = JsonDocument.Parse(text);
            problem.RootElement.GetProperty("errors").EnumerateObject().Select(error => error.Name)
                .ShouldBe(["colour", "stages[0].train.learning_rate", "model.path", "stages[0].data.dataset[0]"], ignoreOrder: true, text);
        }
        (await List("")).Items.ShouldBeEmpty();
        await using var session = _plane.Store.QuerySession();
        (await Marten.QueryableExtensions.CountAsync(session.Events.QueryAllRawEvents().Where(e => e.EventTypeName != "api_key_issued.v1"), TestContext.Current.CancellationToken)).ShouldBe(0);
        Directory.EnumerateFiles(Path.Combine(Folder, "artifacts"), "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    private async Task<Page<ExperimentSummary>> List(string query) =>
        (await _plane.Http.GetFromJsonAsync<Page<ExperimentSummary>>("/v1/experiments" + query, SwiftJson.Options, TestContext.Current.CancellationToken))!;

    private async Task<List<(string Id, string Type)>> Stream(Guid id, string? lastEventId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/experiments/{id}/events");
        request.Headers.Add("Accept", "text/event-stream");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }
        using var response = await _plane.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var events = new List<(string, string)>();
        await foreach (var item in System.Net.ServerSentEvents.SseParser.Create(body).EnumerateAsync(TestContext.Current.CancellationToken))
        {
            if (item.EventType != "progress")
            {
                using var data = JsonDocument.Parse(item.Data);
                data.RootElement.GetProperty("type").GetString().ShouldBe(item.EventType);
                events.Add((data.RootElement.GetProperty("version").GetRawText(), item.EventType));
            }
        }
        return events;
    }
}
