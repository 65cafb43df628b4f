using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Swift.Cli.Api;
using Swift.Cli.Terminal;
using Swift.Contracts;
using Swift.Contracts.Messages;
using Swift.Contracts.Rest;

namespace Swift.Cli.Watching;

/// <summary>The live stream of an experiment (server-sent events). It outlives restarts of the server: every event comes exactly once, in order.</summary>
internal sealed class ExperimentFeed(ISwiftApi api, Guid experiment, TimeSpan patience)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private long _version;

    /// <summary>From the first event to the experiment's last.</summary>
    /// <exception cref="HttpRequestException">The server was away longer than the feed's patience.</exception>
    public async IAsyncEnumerable<FeedItem> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var lastContact = DateTimeOffset.UtcNow;
        while (true)
        {
            Exception? broken = null;
            await using var items = ReadOnceAsync(ct).GetAsyncEnumerator(ct);
            while (true)
            {
                try
                {
                    if (!await items.MoveNextAsync())
                        break;
                }
                catch (Exception problem) when (FailureMessage.IsUnreachable(problem) || problem is ApiProblem { Status: >= HttpStatusCode.InternalServerError })
                {
                    broken = problem;
                    break;
                }
                lastContact = DateTimeOffset.UtcNow;
                yield return items.Current;
                if (items.Current is FeedItem.Happened { Event: var happened } && EventText.EndsExperiment(happened.Type))
                    yield break;
            }
            if (broken is not null && DateTimeOffset.UtcNow - lastContact > patience)
                throw broken;
            if (broken is not null)
                yield return new FeedItem.Interrupted(broken.Message);
            await Task.Delay(RetryDelay, ct);
        }
    }

    private async IAsyncEnumerable<FeedItem> ReadOnceAsync([EnumeratorCancellation] CancellationToken ct)
    {
        using var answer = await api.StreamEvents(experiment, _version, ct);
        if (!answer.IsSuccessStatusCode)
            throw await ApiProblem.ReadAsync(answer);
        await using var stream = await answer.Content.ReadAsStreamAsync(ct);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(ct))
        {
            if (item.EventType == "progress")
                yield return new FeedItem.Progressed(JsonSerializer.Deserialize<SegmentProgress>(item.Data, SwiftJson.Options)!);
            else if (item.EventId is { Length: > 0 })
            {
                var happened = JsonSerializer.Deserialize<EventView>(item.Data, SwiftJson.Options)!;
                if (happened.Version <= _version)
                    continue;
                _version = happened.Version;
                yield return new FeedItem.Happened(happened);
            }
        }
    }
}
