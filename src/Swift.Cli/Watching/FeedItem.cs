using Swift.Contracts.Messages;
using Swift.Contracts.Rest;

namespace Swift.Cli.Watching;

/// <summary>What the live stream of an experiment brings: an event, a sign of progress, or news of the connection itself.</summary>
internal abstract record FeedItem
{
    public sealed record Happened(EventView Event) : FeedItem;

    public sealed record Progressed(SegmentProgress Progress) : FeedItem;

    /// <summary>The stream broke and is asked for again, from the last event on.</summary>
    public sealed record Interrupted(string Why) : FeedItem;
}
