using MassTransit;
using MassTransit.Metadata;
using MassTransit.Middleware;
using MassTransit.Serialization;

namespace Swift.Api.Messaging;

/// <summary>An <see cref="OutgoingMessage"/> as MassTransit's outbox delivery reads it.</summary>
internal sealed class StoredOutboxMessage(OutgoingMessage message, IObjectDeserializer deserializer) : OutboxMessageContext
{
    private readonly Lazy<Headers> _headers = new(() =>
        new DictionarySendHeaders((deserializer.DeserializeDictionary<object>(message.Headers) ?? [])!));

    public long SequenceNumber => message.SequenceNumber;
    public Guid MessageId => message.MessageId;
    Guid? MessageContext.MessageId => message.MessageId;
    public string ContentType => message.ContentType;
    public string MessageType => message.MessageType;
    public string Body => message.Body;
    public IReadOnlyDictionary<string, object> Properties =>
        deserializer.DeserializeDictionary<object>(message.Properties) ?? new Dictionary<string, object>();
    public Guid? RequestId => message.RequestId;
    public Guid? CorrelationId => message.CorrelationId;
    public Guid? ConversationId => message.ConversationId;
    public Guid? InitiatorId => message.InitiatorId;
    public DateTime? ExpirationTime => null;
    public Uri? SourceAddress => message.SourceAddress;
    public Uri? DestinationAddress => message.DestinationAddress;
    public Uri? ResponseAddress => message.ResponseAddress;
    public Uri? FaultAddress => message.FaultAddress;
    public DateTime? SentTime => message.SentTime;
    public Headers Headers => _headers.Value;
    public HostInfo Host => HostMetadataCache.Host;
}
