using System.Net.Http.Json;
using System.Text.Json;
using Marten;
using Swift.Api.Access.Keys;
using Swift.Api.Pipelines.Registry;
using Swift.Api.Registry;
using Swift.Api.Schedules;
using Swift.Api.Tests.Audit.Replay;
using Swift.Api.Tests.Experiments;
using Swift.Contracts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;
using Swift.Testing;

namespace Swift.Api.Tests.Audit.Corpus;

/// <summary>A schedule, a registered model, a pipeline, a key and a webhook to which everything happens that can.</summary>
internal static class DisturbedStreams
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <returns>Streams by what they are of.</returns>
    internal static async Task<IReadOnlyList<(string Aggregate, Guid Stream)>> Run(ControlPlane plane, string folder)
    {
        var data = Path.Combine(folder, "new", "rows.jsonl");
        var model = JsonSerializer.SerializeToElement(TestPipeline.Write(folder)).GetProperty("model");
        Directory.CreateDirectory(Path.GetDirectoryName(data)!);
        File.Copy(Path.Combine(folder, "train.jsonl"), data);
        foreach (var steps in new[] { 10, 20 })
        {
            object stage = new { kind = "sft", data = new { dataset = new[] { Path.Combine(folder, "new", "*.jsonl") } }, train = new { max_steps = steps } };
            await Post<RegisteredPipeline>(plane, "/v1/pipelines", new { name = "nightly", model, stages = new[] { stage } });
        }
        await Schedule(plane, data);

        await DisturbedExperiment.RunRegistering(plane, folder);
        await DisturbedExperiment.RunRegistering(plane, folder, "accuracy >= 2");
        await Post<AliasView>(plane, "/v1/models/small/aliases/champion:move", new MoveAlias(2, "by hand"));

        await Post<ApiKeyCreated>(plane, "/v1/api-keys", new { name = "kept", roles = new[] { "operator" }, scopes = new[] { "experiments" }, expires_at = DateTimeOffset.UtcNow.AddDays(1) });
        await Post<ApiKeyView>(plane, "/v1/api-keys/kept:revoke", new { reason = "left the team" });
        // Deleted before anything happens that it would be told.
        var webhook = (await Post<WebhookCreatedView>(plane, "/v1/webhooks", new CreateWebhook("https://hooks.invalid/swift", ["model.alias_moved"], "the team's chat"))).View.Id;
        using var deleted = await plane.Http.DeleteAsync($"/v1/webhooks/{webhook}", Ct);
        deleted.EnsureSuccessStatusCode();
        await using var session = plane.Store.QuerySession();
        return
        [
            ("schedule", ScheduleStreams.StreamOf("busy")),
            ("registered_model", RegisteredModels.StreamOf("small")),
            ("pipeline_history", (await session.Query<PipelineHistory>().SingleAsync(pipeline => pipeline.Name == "nightly", Ct)).Id),
            ("api_key", (await session.Query<ApiKey>().SingleAsync(key => key.Name == "kept", Ct)).Id),
            ("webhook", webhook),
        ];
    }

    private static async Task Schedule(ControlPlane plane, string data)
    {
        plane.Script.Answers = _ => Task.FromResult(false);
        await Post<ScheduleView>(plane, "/v1/schedules", new { name = "busy", spec = new { pipeline = "nightly", cron = "* * * * * *", overlap = "buffer_one", catchup_window = 10 } });
        var running = (await Until(plane, view => view is { Running.Count: 1, Counts: { Buffered: > 0, Skipped: > 0 } })).Running[0].Experiment;
        await Post<ScheduleView>(plane, "/v1/schedules/busy:pause", new { reason = "holidays" });
        File.Delete(data);
        await Post<JsonElement>(plane, $"/v1/experiments/{running}:cancel", new ExperimentCommand("enough"));
        await Until(plane, view => view.Running.Count == 0);
        await Post<ScheduleView>(plane, "/v1/schedules/busy:trigger", new { reason = "now" });
        await Until(plane, view => view.Counts.Failed > 0);
        await Task.Delay(TimeSpan.FromSeconds(1.5), Ct);
        await Post<ScheduleView>(plane, "/v1/schedules/busy:resume", new { reason = "back" });
        using var changed = await plane.Http.PutAsJsonAsync("/v1/schedules/busy", new { pipeline = "nightly", cron = "0 0 4 * * SUN" }, SwiftJson.Options, Ct);
        changed.EnsureSuccessStatusCode();
        using var deleted = await plane.Http.DeleteAsync("/v1/schedules/busy?reason=over", Ct);
        deleted.EnsureSuccessStatusCode();
    }

    private static async Task<ScheduleView> Until(ControlPlane plane, Func<ScheduleView, bool> state)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        deadline.CancelAfter(Patience.Longest);
        while (true)
        {
            var view = (await plane.Http.GetFromJsonAsync<ScheduleView>("/v1/schedules/busy", SwiftJson.Options, Ct))!;
            if (state(view)) return view;
            await Task.Delay(50, deadline.Token);
        }
    }

    private static async Task<T> Post<T>(ControlPlane plane, string path, object body)
    {
        using var response = await plane.Http.PostAsJsonAsync(path, body, SwiftJson.Options, Ct);
        var text = await response.Content.ReadAsStringAsync(Ct);
        response.IsSuccessStatusCode.ShouldBeTrue($"{path}: {text}");
        return JsonSerializer.Deserialize<T>(text, SwiftJson.Options)!;
    }
}
