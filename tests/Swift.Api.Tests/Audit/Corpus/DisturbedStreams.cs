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
using Swift.Contracts.Messages;
using Swift.Contracts.Rest;
using Swift.Testing;

namespace Swift.Api.Tests.Audit.Corpus;

/// <summary>A schedule, a registered model, a pipeline, a key and a webhook to which everything happens that can.</summary>
internal static class DisturbedStreams
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <returns>Streams, by what they are called in the corpus and what they are of.</returns>
    internal static async Task<IReadOnlyList<(string Name, string Aggregate, Guid Stream)>> Run(ControlPlane plane, string folder)
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
        File.Copy(Path.Combine(folder, "train.jsonl"), data);
        await RetriedSchedule(plane);

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
            ("schedule", "schedule", ScheduleStreams.StreamOf("busy")),
            ("schedule_retried", "schedule", ScheduleStreams.StreamOf("retried")),
            ("registered_model", "registered_model", RegisteredModels.StreamOf("small")),
            ("pipeline_history", "pipeline_history", (await session.Query<PipelineHistory>().SingleAsync(pipeline => pipeline.Name == "nightly", Ct)).Id),
            ("api_key", "api_key", (await session.Query<ApiKey>().SingleAsync(key => key.Name == "kept", Ct)).Id),
            ("webhook", "webhook", webhook),
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

    /// <summary>An experiment fails and is retried; fires that were asked for outlive a pause in which the same nominal times pass, and wait when the schedule is deleted.</summary>
    private static async Task RetriedSchedule(ControlPlane plane)
    {
        plane.Script.Answers = _ => Task.FromResult(true);
        plane.Script.Reply = command => new SegmentFailed(command.Address, ScriptedWorker.Identity(), new FailureReason(FailureKind.BadInput, "no_rows", "No row is usable."));
        var spec = new { pipeline = "nightly", cron = "0 0 1 1 *", overlap = "buffer_one" };
        await Post<ScheduleView>(plane, "/v1/schedules", new { name = "retried", spec });
        await Post<ScheduleView>(plane, "/v1/schedules/retried:trigger", new { reason = "now" });
        var failed = (await Until(plane, view => view.Recent is [{ Status: ExperimentStatus.Failed }], "retried")).Recent[0].Experiment;
        (plane.Script.Answers, plane.Script.Reply) = (_ => Task.FromResult(false), ScriptedWorker.Answer);
        await Post<JsonElement>(plane, $"/v1/experiments/{failed}:retry", new ExperimentCommand("mended"));
        await Until(plane, view => view.Running.Count == 1, "retried");
        await Post<ScheduleView>(plane, "/v1/schedules/retried:pause", new { reason = "holidays" });
        using var changed = await plane.Http.PutAsJsonAsync("/v1/schedules/retried", new { spec.pipeline, cron = "* * * * * *", spec.overlap }, SwiftJson.Options, Ct);
        changed.EnsureSuccessStatusCode();
        var since = DateTimeOffset.UtcNow;
        await Task.Delay(TimeSpan.FromSeconds(1.5), Ct);
        await Post<ScheduleView>(plane, "/v1/schedules/retried:backfill", new BackfillSchedule(since, DateTimeOffset.UtcNow));
        await Post<ScheduleView>(plane, "/v1/schedules/retried:resume", new { reason = "back" });
        using var deleted = await plane.Http.DeleteAsync("/v1/schedules/retried?reason=over", Ct);
        deleted.EnsureSuccessStatusCode();
        await Post<JsonElement>(plane, $"/v1/experiments/{failed}:cancel", new ExperimentCommand("enough"));
        plane.Script.Answers = _ => Task.FromResult(true);
    }

    private static async Task<ScheduleView> Until(ControlPlane plane, Func<ScheduleView, bool> state, string name = "busy")
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        deadline.CancelAfter(Patience.Longest);
        while (true)
        {
            var view = (await plane.Http.GetFromJsonAsync<ScheduleView>($"/v1/schedules/{name}", SwiftJson.Options, Ct))!;
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
