using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Swift.Cli.Api;
using Swift.Cli.Hosting;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Contracts.Rest;
using Swift.Contracts.Workers;
using Swift.EndToEnd.Tests.CommandLine;
using Swift.Hosting.Bus;
using Swift.Testing;

namespace Swift.EndToEnd.Tests.Pipelines;

/// <summary>Gates, promotion, rollback on the command line; and an endpoint that answers with the champion throughout, without a restart.</summary>
[Collection(nameof(TypedCommand))]
public sealed class FollowedAliasTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();
    private readonly Dictionary<int, Answer> _answers = [];
    private string _endpoint = "";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_endpoint_of_a_deployment_answers_with_whatever_the_champion_is()
    {
        Assert.SkipWhen(PostgresCluster.Unavailable is not null, PostgresCluster.Unavailable ?? "");
        SmallPipeline.Write(_folder, trainRows: 16, testRows: 4, "max_steps: 2");
        await using (var product = await SmallPipeline.StartProduct(_folder["data"], new BusSettings()))
        {
            using ApiConnection connection = new(product.Url, product.AdminKey);
            await FollowPromotionsAndRollbacks(product, connection.Api);
        }
        // The data folder is all that the next process knows.
        await using (var product = await SmallPipeline.StartProduct(_folder["data"], new BusSettings()))
        {
            using ApiConnection connection = new(product.Url, product.AdminKey);
            var served = await UntilServed(connection.Api, "", 1);
            served.Worker.ServingEndpoint.ShouldBe(_endpoint);
            (await Ask(_endpoint)).ShouldBe(_answers[1]);
            await Swift<AliasView>(product, "models", "promote", "small", "3", "champion", "--reason", "after all");
            await UntilServed(connection.Api, "", 3);
            (await Ask(_endpoint)).ShouldBe(_answers[3]);
        }
    }

    [Fact]
    public async Task Every_worker_follows_and_one_that_was_away_catches_up()
    {
        Assert.SkipWhen(PostgresCluster.Unavailable is not null, PostgresCluster.Unavailable ?? "");
        Assert.SkipWhen(RabbitMqNode.Unavailable is not null, RabbitMqNode.Unavailable ?? "");
        SmallPipeline.Write(_folder, trainRows: 16, testRows: 4, "max_steps: 2");
        await using var rabbitMq = await RabbitMqNode.StartAsync(Ct);
        var bus = new BusSettings(rabbitMq.Address) { StartTimeout = Patience.Longest };
        await using var control = await Start("control", bus, api: true, WorkerKind.Train, WorkerKind.Eval);
        using ApiConnection connection = new(control.Url, control.AdminKey);
        var api = connection.Api;

        ExperimentView first, second;
        await using (await Start("one", bus, api: false, WorkerKind.Rollout))
        {
            first = await Run(control, api, Write("first", seed: 1, "accuracy >= champion", "{ alias: champion, served_model_name: a }"));
        }
        await using var two = await Start("two", bus, api: false, WorkerKind.Rollout);
        second = await Run(control, api, Write("second", seed: 2, "accuracy >= 0.8", "{ alias: champion, served_model_name: b }"));
        second.Model.ShouldNotBe(first.Model);
        await Until(() => Served(api), served => served.GetValueOrDefault("b") == first.Model!.Digest); // not its own, which the gate refused
        await Swift<AliasView>(control, "models", "promote", "small", "2", "champion", "--reason", "good enough");
        await Until(() => Served(api), served => served["b"] == second.Model!.Digest);

        await using var one = await Start("one", bus, api: false, WorkerKind.Rollout);
        await Until(() => Served(api), served => served.GetValueOrDefault("a") == second.Model!.Digest);
        (await Ask(EndpointOf(first), "a")).ShouldBe(await Ask(EndpointOf(second), "b"));
        await Swift<AliasView>(control, "models", "rollback", "small", "--reason", "not good enough");
        await Until(() => Served(api), served => served.Values.All(model => model == first.Model!.Digest));
        (await Ask(EndpointOf(first), "a")).Fingerprint.ShouldBe(first.Model!.Digest);
        (await Ask(EndpointOf(second), "b")).Fingerprint.ShouldBe(first.Model.Digest);
    }

    private Task<Product> Start(string data, BusSettings bus, bool api, params WorkerKind[] workers) => Product.StartAsync(
        new ServerSettings(_folder[data], _folder["artifacts"], null, bus, ServerSettings.Loopback, 0), api, workers, _ => { }, Ct);

    private static string EndpointOf(ExperimentView experiment) => experiment.Stages.Single(stage => stage.Kind == StageKind.Deploy).Endpoint.ShouldNotBeNull();

    /// <summary>The models behind the names that living workers serve.</summary>
    private static async Task<Dictionary<string, string>> Served(ISwiftApi api) =>
        (await api.ListWorkers(Ct)).OrderBy(worker => worker.StartedAt).SelectMany(worker => worker.Serving ?? []).GroupBy(served => served.Name).ToDictionary(same => same.Key, same => same.Last().Model);

    private async Task FollowPromotionsAndRollbacks(Product product, ISwiftApi api)
    {
        var missing = await Swift<ExperimentAccepted>(product, "run", Write("none", seed: 9, "", "{ alias: nobody }"), "--detach");
        (await End(api, missing.Id)).Failure.ShouldNotBeNull().ShouldSatisfyAllConditions(
            failure => failure.Code.ShouldBe("alias_not_found"), failure => failure.Message.ShouldContain("nobody"));

        // The first passes the comparison with a champion that there is not yet.
        var first = await Run(product, api, Write("first", seed: 1, "accuracy >= champion - 0.01", "{ alias: champion }"));
        _endpoint = EndpointOf(first);
        var worker = (await UntilServed(api, first.Model!.Digest, 1)).Worker;
        _answers[1] = await Ask(_endpoint);
        _answers[1].Fingerprint.ShouldBe(first.Model.Digest);
        var one = (await Alias(product)).Since;

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        ConcurrentQueue<Answer> seen = [];
        var asking = Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => AskUntil(enough.Token, seen), Ct)));

        await Run(product, api, Write("second", seed: 2, "accuracy >= 0.8", deploy: null));
        (await Alias(product)).Version.Version.ShouldBe(1);
        var third = await Run(product, api, Write("third", seed: 3, "accuracy >= champion - 0.01", deploy: null));
        await UntilServed(api, third.Model!.Digest, 3);
        _answers[3] = await Ask(_endpoint);
        _answers[3].Fingerprint.ShouldBe(third.Model.Digest);
        _answers[3].Text.ShouldNotBe(_answers[1].Text);
        var three = (await Alias(product)).Since;

        (await Swift<AliasView>(product, "models", "rollback", "small", "champion", "--reason", "answers in French")).Version.Version.ShouldBe(1);
        var still = (await UntilServed(api, first.Model.Digest, 1)).Worker;
        (await Ask(_endpoint)).ShouldBe(_answers[1]);
        await enough.CancelAsync();
        await asking;

        seen.Distinct().ShouldBe([_answers[1], _answers[3]], ignoreOrder: true); // each whole, none refused, none of version 2
        (still.Worker, still.StartedAt).ShouldBe((worker.Worker, worker.StartedAt));
        await HistoryIsTold(product, one, three);
    }

    private async Task HistoryIsTold(Product product, DateTimeOffset one, DateTimeOffset three)
    {
        var history = await Swift<List<AliasDecision>>(product, "models", "history", "small", "champion");
        history.Select(decision => (decision.Moved, decision.FromVersion, decision.Version)).ShouldBe([(true, null, 1), (false, 1, 2), (true, 1, 3), (true, 3, 1)]);
        history[1].Reason.ShouldContain("which is not >= 0.8");
        (await Alias(product, one)).Version.Version.ShouldBe(1);
        (await Alias(product, three.AddMicroseconds(-1))).Version.Version.ShouldBe(1);
        (await Alias(product, three)).Version.Version.ShouldBe(3);
        (await Alias(product)).ShouldSatisfyAllConditions(alias => alias.Version.Version.ShouldBe(1), alias => alias.Reason.ShouldBe("answers in French"));
        var before = await TypedCommand.RunAsync(["models", "alias", "small", "champion", "--at", Moment(one.AddMicroseconds(-1)), .. Access(product)]);
        before.ExitCode.ShouldBe(2);
        before.Messages.ShouldContain("had no alias champion");
    }

    /// <param name="gate">Empty: the model is not registered.</param>
    private string Write(string name, int seed, string gate, string? deploy)
    {
        var path = _folder[$"{name}.yaml"];
        File.WriteAllLines(path,
        [
            "name: small",
            $"seed: {seed}",
            "model:",
            "  tokenizer: tokenizer",
            "  config: { hidden_size: 32, num_hidden_layers: 1, num_attention_heads: 2, max_position_embeddings: 256, tie_word_embeddings: false }",
            "stages:",
            "  - { kind: sft, data: { dataset: [train.jsonl] }, train: { max_steps: 1, learning_rate: 1.0e-6 } }", // so that the seed shows in what it says
            "  - { kind: eval, data: { dataset: [test.jsonl] }, generation: { max_new_tokens: 4 } }",
            .. gate.Length == 0 ? [] : new[] { $"  - {{ kind: register, register: {{ gates: ['{gate}'] }} }}" },
            .. deploy is null ? [] : new[] { $"  - {{ kind: deploy, deploy: {deploy} }}" },
        ]);
        return path;
    }

    private static async Task<ExperimentView> Run(Product product, ISwiftApi api, string pipeline)
    {
        var experiment = await End(api, (await Swift<ExperimentAccepted>(product, "run", pipeline, "--detach")).Id);
        experiment.Status.ShouldBe(ExperimentStatus.Succeeded, experiment.Failure?.Message);
        return experiment;
    }

    private static Task<ExperimentView> End(ISwiftApi api, Guid id) =>
        Until(() => api.GetExperiment(id, Ct), view => view.Status is ExperimentStatus.Succeeded or ExperimentStatus.Failed);

    private static async Task<T> Until<T>(Func<Task<T>> look, Func<T, bool> enough)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        deadline.CancelAfter(Patience.Longest);
        while (true)
        {
            var seen = await look();
            if (enough(seen)) return seen;
            if (deadline.IsCancellationRequested) throw new TimeoutException($"Not reached: {JsonSerializer.Serialize(seen)}");
            await Task.Delay(100, Ct);
        }
    }

    /// <summary>Waits until a worker serves a version of the model.</summary>
    private static async Task<(WorkerView Worker, string Model)> UntilServed(ISwiftApi api, string digest, int version)
    {
        var expected = digest.Length > 0 ? digest : (await api.GetModelVersion("small", version, Ct)).Model.Digest;
        var workers = await Until(() => api.ListWorkers(Ct), all => all.Any(worker => worker.Serving?.Any(served => served.Model == expected) == true));
        var found = workers.Single(worker => worker.Worker.Kind == WorkerKind.Rollout && worker.Serving is not null);
        found.Serving.ShouldNotBeNull().ShouldHaveSingleItem().Follows!.Alias.ShouldBe("champion");
        return (found, expected);
    }

    private async Task AskUntil(CancellationToken enough, ConcurrentQueue<Answer> seen)
    {
        while (!enough.IsCancellationRequested) seen.Enqueue(await Ask(_endpoint));
    }

    private async Task<Answer> Ask(string endpoint, string model = "small")
    {
        using var response = await _http.PostAsJsonAsync($"{endpoint}/chat/completions", new
        {
            model,
            messages = new[] { new { role = "user", content = "Ada has 3 apples and buys 4. How many?" } },
            temperature = 0,
            max_tokens = 12,
        }, Ct);
        var body = await response.Content.ReadAsStringAsync(Ct);
        response.IsSuccessStatusCode.ShouldBeTrue(body);
        var answer = JsonElement.Parse(body);
        return new Answer(
            answer.GetProperty("system_fingerprint").GetString()!, answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!);
    }

    private static Task<AliasView> Alias(Product product, DateTimeOffset? at = null) =>
        Swift<AliasView>(product, ["models", "alias", "small", "champion", .. at is { } moment ? new[] { "--at", Moment(moment) } : []]);

    private static string Moment(DateTimeOffset moment) => moment.ToString("O", CultureInfo.InvariantCulture);

    private static Task<T> Swift<T>(Product product, params string[] typed) => TypedCommand.ReadAsync<T>([.. typed, .. Access(product)]);

    private static string[] Access(Product product) => ["--url", product.Url.ToString(), "--api-key", product.AdminKey!];

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    private sealed record Answer(string Fingerprint, string Text);
}
