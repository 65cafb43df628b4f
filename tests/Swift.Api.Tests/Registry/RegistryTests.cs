using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Swift.Api.Tests.Experiments;
using Swift.Contracts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Messages;
using Swift.Contracts.Rest;
using Swift.Testing;

namespace Swift.Api.Tests.Registry;

public sealed class RegistryTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TemporaryFolder _temporary = new();
    private string _database = null!;
    private ControlPlane _plane = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabase();
        _plane = await ControlPlane.Start(_database, _temporary.Path);
    }

    public async ValueTask DisposeAsync()
    {
        await _plane.Stop();
        await _plane.DisposeAsync();
        _temporary.Dispose();
    }

    [Fact]
    public async Task Gates_promote_and_refuse_a_rollback_is_a_move_and_every_moment_can_be_asked_for()
    {
        var before = DateTimeOffset.UtcNow;
        var first = await Run(0.85, seed: 1);
        Registered(first).ShouldSatisfyAllConditions(r => r.Version.ShouldBe(1), r => r.Promoted.ShouldBeTrue());
        var one = DateTimeOffset.UtcNow;

        var worse = await Run(0.83, seed: 2);
        worse.Status.ShouldBe(ExperimentStatus.Succeeded);
        Registered(worse).ShouldSatisfyAllConditions(
            r => r.Version.ShouldBe(2), r => r.Promoted.ShouldBeFalse(), r => r.Gates.Select(gate => gate.Held).ShouldBe([true, false]),
            r => r.Reason.ShouldBe("accuracy is 0.83, which is not >= 0.84"));
        (await Alias()).Version.Version.ShouldBe(1);

        var better = await Run(0.84, seed: 3);
        Registered(better).Promoted.ShouldBeTrue();
        var three = DateTimeOffset.UtcNow;
        (await Alias()).ShouldSatisfyAllConditions(
            alias => alias.Version.Version.ShouldBe(3), alias => alias.Version.Model.ShouldBe(better.Model), alias => alias.Actor.ShouldBe("swift"),
            alias => alias.Evidence.Experiment.ShouldBe(better.Id), alias => alias.Evidence.Gates.Count.ShouldBe(2),
            alias => alias.Evidence.Evaluation!.Scores["accuracy"].ShouldBe(0.84),
            alias => alias.Version.Source.StageName.ShouldBe("sft"),
            alias => alias.Version.Source.Evaluation!.Report.ShouldBe(better.Stages[2].Artifacts["report"].Digest));

        using (var rollback = await Move(new MoveAlias(1, "answers in French")))
        {
            rollback.StatusCode.ShouldBe(HttpStatusCode.OK, await rollback.Content.ReadAsStringAsync(Ct));
        }
        (await Alias()).ShouldSatisfyAllConditions(
            alias => alias.Version.Version.ShouldBe(1), alias => alias.Actor.ShouldBe(ControlPlane.Actor), alias => alias.Reason.ShouldBe("answers in French"),
            alias => alias.Evidence.Experiment.ShouldBe(first.Id));

        (await Alias(one)).Version.Version.ShouldBe(1);
        (await Alias(three)).Version.Version.ShouldBe(3);
        using (var earlier = await _plane.Http.GetAsync($"/v1/models/small/aliases/champion?at={Escaped(before)}", Ct))
        {
            earlier.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }
        var history = await Read<List<AliasDecision>>("/v1/models/small/aliases/champion/history");
        history.Select(decision => (decision.Moved, decision.FromVersion, decision.Version))
            .ShouldBe([(true, null, 1), (false, 1, 2), (true, 1, 3), (true, 3, 1)]);
        foreach (var (decision, next) in history.Zip(history.Skip(1)))
        {
            // The moment of a move belongs to it.
            if (decision.Moved)
            {
                (await Alias(decision.At)).Version.Version.ShouldBe(decision.Version);
            }
            next.At.ShouldBeGreaterThan(decision.At);
        }
        var model = await Read<ModelView>("/v1/models/small");
        model.Aliases.ShouldBe(new Dictionary<string, int> { ["champion"] = 1 });
        model.Versions.Select(version => version.Model).ShouldBe([first.Model!, worse.Model!, better.Model!]);
    }

    [Fact]
    public async Task An_event_that_is_added_to_the_past_does_not_change_what_an_alias_meant_then()
    {
        Registered(await Run(0.85, seed: 1)).Promoted.ShouldBeTrue();
        var then = DateTimeOffset.UtcNow;
        Registered(await Run(0.87, seed: 2)).Promoted.ShouldBeTrue();
        await using (var source = Npgsql.NpgsqlDataSource.Create(_database))
        {
            await using var insert = source.CreateCommand(
                """
                with stream as (update swift.mt_streams set version = version + 1 where type = 'registered_model' returning id, version)
                insert into swift.mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, tenant_id)
                select nextval('swift.mt_events_sequence'), gen_random_uuid(), stream.id, stream.version, e.data, e.type, $1, e.mt_dotnet_type, e.tenant_id
                from swift.mt_events e, stream where e.stream_id = stream.id and e.type = 'model_alias_moved.v1' order by e.version desc limit 1
                """);
            insert.Parameters.Add(new() { Value = then.UtcDateTime });
            (await insert.ExecuteNonQueryAsync(Ct)).ShouldBe(1);
        }
        using (var rebuilt = await _plane.Http.PostAsync("/v1/admin/read-models:rebuild", null, Ct))
        {
            rebuilt.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        (await Read<List<AliasDecision>>("/v1/models/small/aliases/champion/history")).Count.ShouldBe(3, "the event is in the stream");
        (await Alias(then)).Version.Version.ShouldBe(1);
        (await Alias()).Version.Version.ShouldBe(2);
    }

    [Fact]
    public async Task A_champion_that_was_asked_other_questions_is_not_compared_with()
    {
        await Run(0.85, seed: 1);
        var other = await Run(0.9, seed: 2, evalLimit: 3);
        Registered(other).Promoted.ShouldBeFalse();
        Registered(other).Reason.ShouldContain("other questions");
        // With less room, long questions are left out.
        var shorter = await Run(0.9, seed: 3, maxLength: 32);
        Registered(shorter).Reason.ShouldContain("other questions");
        Registered(await Run(0.9, seed: 4)).Promoted.ShouldBeTrue();
    }

    [Fact]
    public async Task Experiments_that_register_at_the_same_moment_get_versions_of_their_own()
    {
        _plane.Script.Reply = command => Scored(command, 0.9);
        var ids = new List<Guid>();
        for (var seed = 1; seed <= 5; seed++)
        {
            ids.Add((await _plane.Submit(Pipeline(seed, null))).Id);
        }
        var versions = new List<int>();
        foreach (var id in ids)
        {
            versions.Add(Registered(await _plane.Until(id, view => view.Status == ExperimentStatus.Succeeded)).Version);
        }
        versions.Order().ShouldBe([1, 2, 3, 4, 5]);
        var model = await Read<ModelView>("/v1/models/small");
        model.Versions.Select(version => version.Version).ShouldBe([1, 2, 3, 4, 5]);
        model.Versions.ShouldAllBe(version => version.Source.Experiment == ids[versions.IndexOf(version.Version)]);
    }

    [Fact]
    public async Task A_model_registered_by_hand_stays_the_same_version_when_it_is_registered_again()
    {
        var experiment = await Run(0.9, seed: 1);
        var request = new RegisterModel("by-hand", experiment.Id, "sft", "the first");
        using var created = await Post("/v1/models", request);
        created.StatusCode.ShouldBe(HttpStatusCode.Created, await created.Content.ReadAsStringAsync(Ct));
        created.Headers.Location!.ToString().ShouldBe("/v1/models/by-hand/versions/1");
        using var again = await Post("/v1/models", request);
        again.StatusCode.ShouldBe(HttpStatusCode.OK);

        var version = await Read<ModelVersionView>("/v1/models/by-hand/versions/1");
        version.ShouldSatisfyAllConditions(
            v => v.Model.ShouldBe(experiment.Model), v => v.Source.Experiment.ShouldBe(experiment.Id), v => v.RegisteredBy.ShouldBe(ControlPlane.Actor),
            v => v.Source.Evaluation!.StageName.ShouldBe("eval"), v => v.Aliases.ShouldBeEmpty());
        (await Read<Page<ModelSummary>>("/v1/models?pageSize=1")).ShouldSatisfyAllConditions(
            page => page.Items.Single().Name.ShouldBe("by-hand"), page => page.NextPageToken.ShouldNotBeNull());
    }

    [Fact]
    public async Task A_model_that_is_still_trained_is_no_version_yet()
    {
        // Of three segments the last is never answered.
        _plane.Script.Answers = command => Task.FromResult(command is not TrainSegment { FromStep: >= 200 });
        var accepted = await _plane.Submit(TestPipeline.Write(_temporary.Path));
        await _plane.Until(accepted.Id, view => view.Stages[1].Step == 200);
        await Refused(HttpMethod.Post, "/v1/models", new RegisterModel("early", accepted.Id), 409, "stage_not_finished");
        await Refused(HttpMethod.Post, "/v1/models", new RegisterModel("early", accepted.Id, "sft"), 409, "stage_not_finished");
        using var prepared = await Post("/v1/models", new RegisterModel("early", accepted.Id, "prepare"));
        prepared.StatusCode.ShouldBe(HttpStatusCode.Created, await prepared.Content.ReadAsStringAsync(Ct));
    }

    [Fact]
    public async Task What_cannot_be_is_refused_with_a_code()
    {
        var experiment = await Run(0.9, seed: 1);
        await Refused(HttpMethod.Get, "/v1/models/nobody", null, 404, "model_not_found");
        await Refused(HttpMethod.Get, "/v1/models/small/versions/2", null, 404, "model_version_not_found");
        await Refused(HttpMethod.Get, "/v1/models/small/aliases/nobody", null, 404, "alias_not_found");
        await Refused(HttpMethod.Get, "/v1/models/small/aliases/champion?at=2026-11-01T00:00:00", null, 400, "bad_moment");
        await Refused(HttpMethod.Get, "/v1/models?pageToken=Zm9yZ2Vk", null, 400, "bad_page_token");
        await Refused(HttpMethod.Post, "/v1/models", new RegisterModel("No Name", experiment.Id), 400, "bad_name");
        await Refused(HttpMethod.Post, "/v1/models", new RegisterModel("name", Guid.NewGuid()), 404, "experiment_not_found");
        await Refused(HttpMethod.Post, "/v1/models", new RegisterModel("name", experiment.Id, "eval"), 409, "no_model");
        await Refused(HttpMethod.Post, "/v1/models/small/aliases/champion:move", new MoveAlias(9, "why"), 404, "model_version_not_found");
        await Refused(HttpMethod.Post, "/v1/models/small/aliases/champion:move", new MoveAlias(1, " "), 400, "reason_missing");
        await Refused(HttpMethod.Post, "/v1/models/small/aliases/champion:move", new MoveAlias(1, "why", ExpectedVersion: 7), 409, "alias_moved");
        await Refused(HttpMethod.Post, "/v1/models/small/aliases/..%2F..:move", new MoveAlias(1, "why"), 400, "bad_name");
    }

    [Fact]
    public async Task Registered_models_are_folded_again_from_their_events()
    {
        await Run(0.9, seed: 1);
        await Run(0.1, seed: 2);
        var before = JsonSerializer.Serialize(await Read<ModelView>("/v1/models/small"), SwiftJson.Options);
        await using (var session = _plane.Store.LightweightSession())
        {
            session.DeleteWhere<Api.Registry.Aggregate.RegisteredModel>(_ => true);
            await session.SaveChangesAsync(Ct);
        }
        await Refused(HttpMethod.Get, "/v1/models/small", null, 404, "model_not_found");
        using var response = await _plane.Http.PostAsync("/v1/admin/read-models:rebuild", null, Ct);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync(Ct));
        JsonSerializer.Serialize(await Read<ModelView>("/v1/models/small"), SwiftJson.Options).ShouldBe(before);
    }

    private async Task<ExperimentView> Run(double accuracy, int seed, int? evalLimit = null, int? maxLength = null)
    {
        _plane.Script.Reply = command => Scored(command, accuracy);
        var accepted = await _plane.Submit(Pipeline(seed, evalLimit, maxLength));
        return await _plane.Until(accepted.Id, view => view.Status is ExperimentStatus.Succeeded or ExperimentStatus.Failed);
    }

    /// <summary>Every seed gives another model, as in reality.</summary>
    private static ISegmentReply Scored(ISegmentCommand command, double accuracy) => (ScriptedWorker.Answer(command), command) switch
    {
        (ModelPrepared prepared, PrepareModel c) => prepared with { Model = ScriptedWorker.Artifact($"base {c.Seed}") },
        (ModelEvaluated evaluated, _) => evaluated with { Scores = new Dictionary<string, double> { ["accuracy"] = accuracy } },
        var (reply, _) => reply,
    };

    private object Pipeline(int seed, int? evalLimit, int? maxLength = null)
    {
        var files = JsonSerializer.SerializeToElement(TestPipeline.Write(_temporary.Path));
        var train = files.GetProperty("stages")[0].GetProperty("data");
        return new
        {
            name = "small",
            seed,
            model = files.GetProperty("model"),
            stages = new object[]
            {
                new { kind = "sft", data = train, train = new { max_steps = 10 } },
                new { kind = "eval", data = new { dataset = train.GetProperty("dataset"), max_length = maxLength }, generation = new { max_new_tokens = 8 }, eval = new { eval_limit = evalLimit } },
                new { kind = "register", register = new { gates = new[] { "accuracy >= 0.8", "accuracy >= champion - 0.01" } } },
            },
        };
    }

    private static Registration Registered(ExperimentView view) => view.Stages[^1].Registration.ShouldNotBeNull();

    private static string Escaped(DateTimeOffset at) => Uri.EscapeDataString(at.ToString("O"));

    private Task<AliasView> Alias(DateTimeOffset? at = null) =>
        Read<AliasView>("/v1/models/small/aliases/champion" + (at is null ? "" : $"?at={Escaped(at.Value)}"));

    private Task<HttpResponseMessage> Move(MoveAlias body) => Post("/v1/models/small/aliases/champion:move", body);

    private Task<HttpResponseMessage> Post<T>(string path, T body) => _plane.Http.PostAsJsonAsync(path, body, SwiftJson.Options, Ct);

    private async Task<T> Read<T>(string path) => (await _plane.Http.GetFromJsonAsync<T>(path, SwiftJson.Options, Ct))!;

    private async Task Refused(HttpMethod method, string path, object? body, int status, string code)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = JsonContent.Create(body, body.GetType(), options: SwiftJson.Options);
        }
        using var response = await _plane.Http.SendAsync(request, Ct);
        var text = await response.Content.ReadAsStringAsync(Ct);
        ((int)response.StatusCode).ShouldBe(status, $"{method} {path}: {text}");
        JsonDocument.Parse(text).RootElement.GetProperty("code").GetString().ShouldBe(code, path);
    }
}
