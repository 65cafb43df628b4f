using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using JasperFx.Events;
using Marten;
using Swift.Api.Errors;
using Swift.Api.EventStore;
using Swift.Api.Experiments.Feed;
using Swift.Api.Experiments.Aggregate;
using Swift.Contracts;
using Swift.Contracts.Rest;
using Swift.Contracts.Workers;

namespace Swift.Api.Experiments.Endpoints;

/// <summary>The history of an experiment, as pages of JSON or as a live stream.</summary>
internal static class EventHistory
{
    private const int PageSize = 200;
    private const int MaxPageSize = 1000;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    /// <param name="fromVersion">First version wanted; 1 is the first event.</param>
    internal static async Task<IResult> Get(
        Guid id, IDocumentStore store, ExperimentFeed feed, HttpRequest request, CancellationToken ct, long? fromVersion = null, int? pageSize = null)
    {
        if (fromVersion < 1 || pageSize is < 1 or > MaxPageSize)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "bad_page", $"fromVersion starts at 1; pageSize is 1 to {MaxPageSize}.");
        }
        await using var session = store.QuerySession();
        // Streams of schedules and models have ids too, and are not read under a right to experiments.
        if (await session.LoadAsync<Experiment>(id, ct) is null) throw ExperimentEndpoints.NotFound(id);
        if (request.Headers.Accept.Any(accept => accept?.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase) == true))
        {
            return TypedResults.ServerSentEvents(Follow(id, After(request, fromVersion), store, feed, ct));
        }
        var from = fromVersion ?? 1;
        var size = pageSize ?? PageSize;
        var events = await session.Events.FetchStreamAsync(id, version: from + size - 1, fromVersion: from, token: ct);
        var state = await session.Events.FetchStreamStateAsync(id, ct);
        var last = events.Count == 0 ? from - 1 : events[^1].Version;
        var next = last < state!.Version ? (last + 1).ToString(CultureInfo.InvariantCulture) : null;
        return TypedResults.Ok(new Page<EventView>([.. events.Select(ToView)], next));
    }

    private static long After(HttpRequest request, long? fromVersion)
    {
        var header = request.Headers["Last-Event-ID"].ToString();
        if (header.Length == 0)
        {
            return (fromVersion ?? 1) - 1;
        }
        return long.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw new ProblemException(StatusCodes.Status400BadRequest, "bad_last_event_id", "Last-Event-ID is the version of the last event received: a number.");
    }

    private static async IAsyncEnumerable<SseItem<string>> Follow(
        Guid id, long after, IDocumentStore store, ExperimentFeed feed, [EnumeratorCancellation] CancellationToken ct)
    {
        using var watch = feed.Subscribe(id);
        while (true)
        {
            Experiment? state;
            IReadOnlyList<IEvent> events;
            await using (var session = store.QuerySession())
            {
                state = await session.LoadAsync<Experiment>(id, ct);
                events = state is null || state.Version <= after
                    ? []
                    : await session.Events.FetchStreamAsync(id, version: state.Version, fromVersion: after + 1, token: ct);
            }
            foreach (var e in events)
            {
                after = e.Version;
                yield return new SseItem<string>(JsonSerializer.Serialize(ToView(e), SwiftJson.Options), e.EventTypeName)
                {
                    EventId = e.Version.ToString(CultureInfo.InvariantCulture),
                };
            }
            if (state?.IsFinal == true && after >= state.Version)
            {
                yield break;
            }
            await foreach (var progress in Progress(watch, ct))
            {
                yield return progress;
            }
        }
    }

    /// <summary>Passes progress on until the stream has grown or it is time to look.</summary>
    private static async IAsyncEnumerable<SseItem<string>> Progress(Watch watch, [EnumeratorCancellation] CancellationToken ct)
    {
        using var pause = CancellationTokenSource.CreateLinkedTokenSource(ct);
        pause.CancelAfter(Poll);
        while (await Wait(watch, pause.Token, ct))
        {
            while (watch.Reader.TryRead(out var progress))
            {
                if (progress is null)
                {
                    yield break;
                }
                yield return new SseItem<string>(JsonSerializer.Serialize(progress, SwiftJson.Options), "progress");
            }
        }
    }

    private static async Task<bool> Wait(Watch watch, CancellationToken pause, CancellationToken ct)
    {
        try
        {
            return await watch.Reader.WaitToReadAsync(pause);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }

    internal static EventView ToView(IEvent e) => new(
        e.Id, e.Version, e.EventTypeName, e.Timestamp, e.UserName, e.CorrelationId, e.CausationId,
        Worker(e), e.Headers?.GetValueOrDefault(SessionStamp.CodeVersion) as string,
        JsonSerializer.SerializeToElement(e.Data, e.EventType, SwiftJson.Options));

    private static WorkerIdentity? Worker(IEvent e) =>
        e.Headers?.GetValueOrDefault(SessionStamp.Worker) is JsonElement worker ? worker.Deserialize<WorkerIdentity>(SwiftJson.Options) : null;
}
