using System.Text.Json;
using System.Text.Json.Nodes;
using Swift.Contracts;
using Swift.Contracts.Rest;

namespace Swift.Api.Tests.Audit.Replay;

/// <summary>The fold once more, written against docs and events only: plain JSON in, plain JSON out, none of the product's code.</summary>
internal static class IndependentFold
{
    internal static JsonObject Of(Guid id, IEnumerable<EventView> events)
    {
        var state = new JsonObject();
        foreach (var e in events)
        {
            var data = JsonNode.Parse(e.Data.GetRawText())!.AsObject();
            var at = JsonSerializer.SerializeToNode(e.Timestamp, SwiftJson.Options)!;
            Take(state, id, e, data, at);
            state["version"] = e.Version;
            state["updated_at"] = at.DeepClone();
        }
        return state;
    }

    private static void Take(JsonObject state, Guid id, EventView e, JsonObject data, JsonNode at)
    {
        JsonNode? Copy(string name) => data[name]?.DeepClone();
        var stage = data["stage"] is { } index && state["stages"] is JsonArray stages ? stages[(int)index]!.AsObject() : null;
        switch (e.Type.Split('.')[0])
        {
            case "experiment_submitted":
                foreach (var name in new[] { "name", "pipeline_name", "pipeline_version", "code_version", "request_digest", "settings", "inputs" }) state[name] = Copy(name);
                (state["id"], state["status"], state["submitted_by"], state["submitted_at"]) = (id.ToString(), "submitted", e.Actor, at.DeepClone());
                (state["finished_at"], state["model"], state["failure"]) = (null, null, null);
                state["stages"] = new JsonArray([.. data["settings"]!["stages"]!.AsArray().Select((spec, i) => (JsonNode)NewStage(i, spec!))]);
                break;
            case "stage_started":
                (stage!["status"], stage["started_at"], stage["base_model"], state["status"]) = ("running", at.DeepClone(), Copy("model"), "running");
                break;
            case "segment_requested":
                Drop(stage!, "outstanding", other => (string)other["name"]! == (string)data["segment"]!);
                stage!["outstanding"]!.AsArray().Add(new JsonObject
                {
                    ["name"] = Copy("segment"), ["role"] = Copy("role"), ["attempt"] = Copy("attempt"), ["from_step"] = Copy("from_step"),
                    ["iteration"] = Copy("iteration"), ["shard"] = Copy("shard"), ["policy_version"] = Copy("policy_version"), ["model"] = Copy("model"),
                    ["checkpoint"] = Copy("checkpoint"), ["requested_at"] = at.DeepClone(), ["taken_by"] = null, ["taken_at"] = null,
                });
                if ((int)data["attempt"]! == 1) Add(stage, "segments_requested", 1);
                if (data["retry"] is not null) Add(stage, "retries", 1);
                break;
            case "segment_started":
                foreach (var segment in stage!["outstanding"]!.AsArray().Where(s => (string)s!["name"]! == (string)data["segment"]!))
                    (segment!["taken_by"], segment["taken_at"]) = (Copy("worker"), at.DeepClone());
                break;
            case "model_prepared":
                Done(stage!, data);
                (stage!["model"], stage["finished"], stage["artifacts"]!["model"]) = (Copy("model"), true, Copy("model"));
                break;
            case "segment_trained":
                Done(stage!, data);
                foreach (var name in new[] { "step", "total_steps", "finished", "model", "checkpoint" }) stage![name] = Copy(name);
                (stage!["artifacts"]!["model"], stage["artifacts"]!["checkpoint"]) = (Copy("model"), Copy("checkpoint"));
                break;
            case "rollouts_generated":
                Done(stage!, data);
                stage!["rollouts"]!.AsArray().Add(new JsonObject { ["iteration"] = Copy("iteration"), ["shard"] = Copy("shard"), ["rollouts"] = Copy("rollouts") });
                break;
            case "policy_updated":
                Done(stage!, data);
                stage!["previous_model"] = (stage["model"] ?? stage["base_model"])?.DeepClone();
                foreach (var name in new[] { "policy_version", "step", "model", "checkpoint" }) stage[name] = Copy(name);
                Drop(stage, "rollouts", shard => (int)shard["iteration"]! <= (int)data["iteration"]!);
                (stage["artifacts"]!["model"], stage["artifacts"]!["checkpoint"]) = (Copy("model"), Copy("checkpoint"));
                break;
            case "model_evaluated":
                Done(stage!, data);
                (stage!["finished"], stage["scores"], stage["step"], stage["total_steps"]) = (true, Copy("scores"), Copy("rows"), Copy("rows"));
                stage["artifacts"]!["report"] = Copy("report");
                break;
            case "model_exported":
                Done(stage!, data);
                (stage!["finished"], stage["artifacts"]) = (true, Copy("exports"));
                break;
            case "model_deployed":
                Done(stage!, data);
                (stage!["finished"], stage["endpoint"]) = (true, Copy("endpoint"));
                break;
            case "model_registered":
                (stage!["finished"], stage["registration"]) = (true, new JsonObject
                {
                    ["model_name"] = Copy("model_name"), ["version"] = Copy("version"), ["alias"] = Copy("alias"),
                    ["promoted"] = Copy("promoted"), ["reason"] = Copy("reason"), ["gates"] = data["evidence"]!["gates"]!.DeepClone(),
                });
                break;
            case "rows_dropped": Add(stage!, "rows_dropped", data["rows"]!.AsArray().Sum(rows => (int)rows!["count"]!)); break;
            case "steps_skipped": Add(stage!, "steps_skipped", data["steps"]!.AsArray().Count); break;
            case "segment_result_ignored": Add(stage!, "results_ignored", 1); break;
            case "stage_succeeded":
                (stage!["status"], stage["finished_at"], stage["artifacts"]) = ("succeeded", at.DeepClone(), Copy("artifacts"));
                (stage["outstanding"], stage["rollouts"]) = (new JsonArray(), new JsonArray());
                if (data["model"] is not null) state["model"] = Copy("model");
                break;
            case "stage_failed":
                (stage!["status"], stage["finished_at"], stage["outstanding"], stage["failure"]) = ("failed", at.DeepClone(), new JsonArray(), Copy("reason"));
                break;
            case "experiment_succeeded":
                (state["status"], state["finished_at"]) = ("succeeded", at.DeepClone());
                if (data["model"] is not null) state["model"] = Copy("model");
                break;
            case "experiment_failed": (state["status"], state["finished_at"], state["failure"]) = ("failed", at.DeepClone(), Copy("reason")); break;
            case "experiment_paused": state["status"] = "paused"; break;
            case "experiment_resumed": state["status"] = Begun(state); break;
            case "experiment_retried":
                var from = state["stages"]![(int)data["from_stage"]!]!;
                (from["status"], from["finished_at"], from["failure"]) = (from["started_at"] is null ? "pending" : "running", null, null);
                (state["status"], state["finished_at"], state["failure"]) = (Begun(state), null, null);
                break;
            case "experiment_cancelled":
                (state["status"], state["finished_at"]) = ("cancelled", at.DeepClone());
                foreach (var open in state["stages"]!.AsArray().Where(s => (string)s!["status"]! is "running" or "pending"))
                    (open!["status"], open["finished_at"], open["outstanding"]) = ("cancelled", open["started_at"] is null ? null : at.DeepClone(), new JsonArray());
                break;
            case "metrics_recorded" or "segment_failed": break;
            default: throw new InvalidOperationException($"The independent fold does not know {e.Type}.");
        }
    }

    private static JsonObject NewStage(int index, JsonNode spec) => new()
    {
        ["index"] = index, ["name"] = spec["name"]!.DeepClone(), ["kind"] = spec["kind"]!.DeepClone(), ["status"] = "pending",
        ["started_at"] = null, ["finished_at"] = null, ["base_model"] = null, ["model"] = null, ["previous_model"] = null, ["checkpoint"] = null,
        ["step"] = 0, ["total_steps"] = 0, ["finished"] = false, ["policy_version"] = 0, ["rollouts"] = new JsonArray(), ["outstanding"] = new JsonArray(),
        ["segments_requested"] = 0, ["segments_done"] = 0, ["retries"] = 0, ["results_ignored"] = 0, ["rows_dropped"] = 0, ["steps_skipped"] = 0,
        ["artifacts"] = new JsonObject(), ["scores"] = new JsonObject(), ["endpoint"] = null, ["failure"] = null, ["registration"] = null,
    };

    private static string Begun(JsonObject state) => state["stages"]!.AsArray().Any(stage => stage!["started_at"] is not null) ? "running" : "submitted";

    private static void Done(JsonObject stage, JsonObject data)
    {
        Drop(stage, "outstanding", segment => (string)segment["name"]! == (string)data["segment"]!);
        Add(stage, "segments_done", 1);
    }

    private static void Add(JsonObject stage, string name, int count) => stage[name] = (int)stage[name]! + count;

    private static void Drop(JsonObject stage, string name, Func<JsonNode, bool> which) =>
        stage[name] = new JsonArray([.. stage[name]!.AsArray().Where(item => !which(item!)).Select(item => item!.DeepClone())]);
}
