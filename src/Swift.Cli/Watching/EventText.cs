using System.Globalization;
using System.Text.Json;
using Swift.Cli.Terminal;
using Swift.Contracts.Rest;

namespace Swift.Cli.Watching;

/// <summary>An event as one line. It reads the fields that are there, so an event of a newer server is shown too.</summary>
internal static class EventText
{
    /// <summary>After an event of this type the stream ends.</summary>
    public static bool EndsExperiment(string type) => NameOf(type) is "experiment_succeeded" or "experiment_failed" or "experiment_cancelled";

    /// <summary>Without it a person misses nothing: the work between a stage's beginning and its end.</summary>
    public static bool IsDetail(string type) => NameOf(type) is "segment_requested" or "segment_started" or "metrics_recorded";

    public static string Line(EventView happened)
    {
        var time = happened.Timestamp.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        var details = string.Join(", ", Details(happened.Data).Where(d => d.Length > 0));
        var actor = happened.Actor is null ? "" : $"  [{happened.Actor}]";
        return $"{time}  {NameOf(happened.Type).Replace('_', ' ')}{(details.Length > 0 ? ": " + details : "")}{actor}";
    }

    private static string NameOf(string type) => type.LastIndexOf(".v", StringComparison.Ordinal) is > 0 and var dot ? type[..dot] : type;

    private static IEnumerable<string> Details(JsonElement data)
    {
        if (data.ValueKind != JsonValueKind.Object)
            yield break;
        yield return Text(data, "stage_name") ?? Text(data, "name") ?? "";
        yield return Text(data, "segment") ?? "";
        if (Number(data, "attempt") is > 1 and var attempt)
            yield return $"attempt {attempt}";
        if (Number(data, "step") is { } step)
            yield return Number(data, "total_steps") is { } total ? $"step {step} of {total}" : $"step {step}";
        if (Number(data, "policy_version") is > 0 and var policy)
            yield return $"policy {policy}";
        if (Member(data, "scores") is { ValueKind: JsonValueKind.Object } scores)
            foreach (var score in scores.EnumerateObject().Where(s => s.Value.ValueKind == JsonValueKind.Number))
                yield return $"{score.Name} {Formats.Number(score.Value.GetDouble())}";
        if (Member(data, "points") is { ValueKind: JsonValueKind.Array } points)
            yield return $"{points.GetArrayLength()} points";
        if (Member(data, "rows") is { ValueKind: JsonValueKind.Array } rows)
            foreach (var row in rows.EnumerateArray())
                yield return $"{Number(row, "count")} rows {Text(row, "reason")}";
        if (Member(data, "worker") is { ValueKind: JsonValueKind.Object } worker)
            yield return $"{Text(worker, "kind")} worker {Text(worker, "host")}/{Number(worker, "process_id")}";
        if (Member(data, "model") is { ValueKind: JsonValueKind.Object } model)
            yield return $"model {Formats.ShortDigest(Text(model, "digest"))}";
        if (Text(data, "model_name") is { } registered)
            yield return $"{registered}@{Number(data, "version")} {(Member(data, "promoted") is { ValueKind: JsonValueKind.True } ? "is" : "not")} {Text(data, "alias")}";
        yield return Reason(Member(data, "reason")) ?? Reason(Member(data, "retry")) ?? "";
    }

    /// <summary>A typed reason, or what a person wrote.</summary>
    private static string? Reason(JsonElement? reason) => reason?.ValueKind switch
    {
        JsonValueKind.Object => $"{Text(reason.Value, "code")}: {Text(reason.Value, "message")}",
        JsonValueKind.String => reason.Value.GetString(),
        _ => null,
    };

    private static JsonElement? Member(JsonElement data, string name) => data.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement data, string name) => Member(data, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static long? Number(JsonElement data, string name) =>
        Member(data, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;
}
