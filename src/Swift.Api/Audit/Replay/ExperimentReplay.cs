using System.Text.Json;
using JasperFx.Events;
using Swift.Api.Audit.Canonical;
using Swift.Api.Experiments.Aggregate;
using Swift.Contracts;
using Swift.Contracts.Rest;

namespace Swift.Api.Audit.Replay;

/// <summary>Reads a history again. Pure: the same events give the same answers at any time, on any machine.</summary>
internal static class ExperimentReplay
{
    /// <summary>The state after the last of the events; null when they make none.</summary>
    internal static Experiment? Fold(Guid id, IEnumerable<IEvent> events) =>
        events.Aggregate(default(Experiment), (state, e) => ExperimentFold.Apply(id, state, Happened(e)));

    internal static Happened Happened(IEvent e) => new(e.Data, e.Version, e.Timestamp, e.UserName);

    /// <summary>All of the state, as answers and digests have it.</summary>
    internal static JsonElement ToJson(Experiment? state) => JsonSerializer.SerializeToElement(state, SwiftJson.Options);

    internal static ExperimentStateAt StateAt(Guid id, IReadOnlyList<IEvent> events)
    {
        var (state, last) = (ToJson(Fold(id, events)), events[^1]);
        return new ExperimentStateAt(id, last.Version, last.Timestamp, last.EventTypeName, CanonicalJson.Digest(state), state);
    }

    /// <param name="from">The state before; 0 = before the first event.</param>
    /// <param name="events">From the first event to the version that is compared.</param>
    internal static ExperimentDiff Diff(Guid id, long from, IReadOnlyList<IEvent> events)
    {
        var state = Fold(id, events.TakeWhile(e => e.Version <= from));
        var (before, now) = (Object(state), Object(state));
        var changedBy = new Dictionary<string, long>();
        foreach (var e in events.SkipWhile(e => e.Version <= from))
        {
            state = ExperimentFold.Apply(id, state, Happened(e));
            var next = Object(state);
            foreach (var change in JsonDifference.Between(now, next)) changedBy[change.Path] = e.Version;
            now = next;
        }
        return new ExperimentDiff(
            id, from, events[^1].Version,
            [.. JsonDifference.Between(before, now).Select(change => new FieldChange(change.Path, change.Before, change.After, By(change.Path)))]);

        long By(string path) => changedBy.Where(changed => JsonDifference.Overlap(changed.Key, path)).Max(changed => changed.Value);

        static JsonElement Object(Experiment? state) => state is null ? JsonElement.Parse("{}") : ToJson(state);
    }
}
