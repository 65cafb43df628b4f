namespace Swift.Api.Messaging;

/// <summary>
/// Says that a message was consumed, and holds what its consumer sent. Written in the transaction of the consumer's
/// events and saga state, so either all of it happened or none.
/// </summary>
public sealed record InboxRecord
{
    /// <summary>Message id and consumer id: a message may have several consumers.</summary>
    public required string Id { get; init; }
    public required DateTimeOffset ConsumedAt { get; init; }
    public required IReadOnlyList<OutgoingMessage> Outgoing { get; init; }
}

/// <summary>A message as the transport needs it to be sent again with the same id.</summary>
public sealed record OutgoingMessage
{
    public required long SequenceNumber { get; init; }
    public required Guid MessageId { get; init; }
    public Guid? ConversationId { get; init; }
    public Guid? CorrelationId { get; init; }
    public Guid? InitiatorId { get; init; }
    public Guid? RequestId { get; init; }
    public Uri? SourceAddress { get; init; }
    public Uri? DestinationAddress { get; init; }
    public Uri? ResponseAddress { get; init; }
    public Uri? FaultAddress { get; init; }
    public required DateTime SentTime { get; init; }
    public required string ContentType { get; init; }
    public required string MessageType { get; init; }
    public required string Body { get; init; }
    public string? Headers { get; init; }
    public string? Properties { get; init; }
}
