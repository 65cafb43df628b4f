using System.Collections.Concurrent;
using Marten;
using MassTransit;
using MassTransit.Context;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;

namespace Swift.Api.Messaging;

/// <summary>
/// Inbox and outbox in the consumer's own Marten session: consume, commit everything at once, then send. The inbound
/// message stays unacknowledged until all was sent. A crash before the commit changes nothing; after it, the redelivered
/// message finds its inbox record and sends the same messages again, with the same ids.
/// </summary>
internal sealed class MartenOutboxFactory(IDocumentSession session, IServiceProvider services, TimeProvider time)
    : IOutboxContextFactory<IDocumentSession>
{
    public async Task Send<T>(ConsumeContext<T> context, OutboxConsumeOptions options, IPipe<OutboxConsumeContext<T>> next)
        where T : class
    {
        var id = $"{context.MessageId}/{options.ConsumerId}";
        var consumed = await session.LoadAsync<InboxRecord>(id, context.CancellationToken);
        var outbox = new MartenOutboxContext<T>(context, options, services, session, time, id, consumed);
        while (outbox.ContinueProcessing)
        {
            await next.Send(outbox);
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("martenOutbox");
}

internal sealed class MartenOutboxContext<T>(
    ConsumeContext<T> context, OutboxConsumeOptions options, IServiceProvider services,
    IDocumentSession session, TimeProvider time, string id, InboxRecord? record)
    : OutboxConsumeContextProxy<T>(context, options, services)
    where T : class
{
    private readonly ConcurrentQueue<OutgoingMessage> _pending = new();
    private InboxRecord? _record = record;
    private bool _delivered;
    private long _sequenceNumber;

    public override bool ContinueProcessing { get; set; } = true;
    public override bool IsMessageConsumed => _record is not null;
    public override bool IsOutboxDelivered => _delivered;
    public override int ReceiveCount => 1;
    public override long? LastSequenceNumber => null;

    public override async Task SetConsumed()
    {
        var consumed = new InboxRecord
        {
            Id = id,
            ConsumedAt = time.GetUtcNow(),
            Outgoing = [.. _pending.OrderBy(message => message.SequenceNumber)],
        };
        session.Insert(consumed);
        await session.SaveChangesAsync(CancellationToken);
        _record = consumed;
    }

    public override Task SetDelivered()
    {
        _delivered = true;
        return Task.CompletedTask;
    }

    public override Task<List<OutboxMessageContext>> LoadOutboxMessages() => Task.FromResult(
        (_record?.Outgoing ?? []).Select(OutboxMessageContext (message) => new StoredOutboxMessage(message, SerializerContext)).ToList());

    public override Task NotifyOutboxMessageDelivered(OutboxMessageContext message) => Task.CompletedTask;

    public override Task RemoveOutboxMessages() => Task.CompletedTask;

    public override Task AddSend<TMessage>(SendContext<TMessage> send)
    {
        string? properties = null;
        if (send is TransportSendContext transport)
        {
            var values = new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase);
            transport.WritePropertiesTo(values);
            properties = SerializerContext.SerializeDictionary(values);
        }
        _pending.Enqueue(new OutgoingMessage
        {
            SequenceNumber = Interlocked.Increment(ref _sequenceNumber),
            MessageId = send.MessageId ?? NewId.NextGuid(),
            ConversationId = send.ConversationId,
            CorrelationId = send.CorrelationId,
            InitiatorId = send.InitiatorId,
            RequestId = send.RequestId,
            SourceAddress = send.SourceAddress,
            DestinationAddress = send.DestinationAddress,
            ResponseAddress = send.ResponseAddress,
            FaultAddress = send.FaultAddress,
            SentTime = send.SentTime ?? time.GetUtcNow().UtcDateTime,
            ContentType = send.ContentType?.ToString() ?? send.Serialization.DefaultContentType.ToString(),
            MessageType = string.Join(";", send.SupportedMessageTypes),
            Body = send.Serializer.GetMessageBody(send).GetString(),
            Headers = SerializerContext.SerializeDictionary(send.Headers.GetAll()),
            Properties = properties,
        });
        return Task.CompletedTask;
    }
}
