using Marten;
using MassTransit;
using MassTransit.Context;
using MassTransit.Middleware;
using MassTransit.Saga;

namespace Swift.Api.Messaging;

/// <summary>Loads and saves sagas through the consumer's Marten session; the outbox commits when there is one.</summary>
internal sealed class MartenSagaRepository<TSaga>(
    IDocumentSession session, IDocumentStore store, ISagaConsumeContextFactory<IDocumentSession, TSaga> contexts)
    : ISagaRepositoryContextFactory<TSaga>, ILoadSagaRepositoryContextFactory<TSaga>, IQuerySagaRepositoryContextFactory<TSaga>
    where TSaga : class, ISaga
{
    public Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TSaga, T>> next)
        where T : class => next.Send(Create(context));

    public async Task SendQuery<T>(ConsumeContext<T> context, ISagaQuery<TSaga> query, IPipe<SagaRepositoryQueryContext<TSaga, T>> next)
        where T : class
    {
        var found = await session.Query<TSaga>().Where(query.FilterExpression).ToListAsync(context.CancellationToken);
        await next.Send(new LoadedSagaRepositoryQueryContext<TSaga, T>(Create(context), found));
    }

    public async Task<T> Execute<T>(Func<LoadSagaRepositoryContext<TSaga>, Task<T>> method, CancellationToken cancellationToken)
        where T : class
    {
        await using var query = store.QuerySession();
        return await method(new MartenSagaQueryContext<TSaga>(query, cancellationToken));
    }

    public async Task<T> Execute<T>(Func<QuerySagaRepositoryContext<TSaga>, Task<T>> method, CancellationToken cancellationToken)
        where T : class
    {
        await using var query = store.QuerySession();
        return await method(new MartenSagaQueryContext<TSaga>(query, cancellationToken));
    }

    public void Probe(ProbeContext context) => context.Add("persistence", "marten");

    private MartenSagaContext<TSaga, T> Create<T>(ConsumeContext<T> context)
        where T : class => new(session, context, contexts, commits: !context.TryGetPayload<OutboxConsumeContext>(out _));
}

internal sealed class MartenSagaContext<TSaga, TMessage>(
    IDocumentSession session, ConsumeContext<TMessage> context, ISagaConsumeContextFactory<IDocumentSession, TSaga> contexts, bool commits)
    : ConsumeContextScope<TMessage>(context), SagaRepositoryContext<TSaga, TMessage>
    where TSaga : class, ISaga
    where TMessage : class
{
    private readonly ConsumeContext<TMessage> _context = context;

    public Task<SagaConsumeContext<TSaga, T>> CreateSagaConsumeContext<T>(ConsumeContext<T> consume, TSaga instance, SagaConsumeContextMode mode)
        where T : class => contexts.CreateSagaConsumeContext(session, consume, instance, mode);

    public Task<SagaConsumeContext<TSaga, TMessage>> Add(TSaga instance) =>
        contexts.CreateSagaConsumeContext(session, _context, instance, SagaConsumeContextMode.Add);

    public async Task<SagaConsumeContext<TSaga, TMessage>> Insert(TSaga instance)
    {
        session.Insert(instance);
        await Commit();
        return await contexts.CreateSagaConsumeContext(session, _context, instance, SagaConsumeContextMode.Insert);
    }

    public async Task<SagaConsumeContext<TSaga, TMessage>> Load(Guid correlationId)
    {
        var instance = await session.LoadAsync<TSaga>(correlationId, CancellationToken);
        // MassTransit's contract: null means "no such saga".
        return instance is null ? null! : await contexts.CreateSagaConsumeContext(session, _context, instance, SagaConsumeContextMode.Load);
    }

    public Task Save(SagaConsumeContext<TSaga> saga)
    {
        session.Insert(saga.Saga);
        return Commit();
    }

    public Task Update(SagaConsumeContext<TSaga> saga)
    {
        session.Update(saga.Saga);
        return Commit();
    }

    public Task Delete(SagaConsumeContext<TSaga> saga)
    {
        session.Delete(saga.Saga);
        return Commit();
    }

    public Task Discard(SagaConsumeContext<TSaga> saga) => Task.CompletedTask;

    public Task Undo(SagaConsumeContext<TSaga> saga)
    {
        session.Eject(saga.Saga);
        return Task.CompletedTask;
    }

    private Task Commit() => commits ? session.SaveChangesAsync(CancellationToken) : Task.CompletedTask;
}

internal sealed class MartenSagaQueryContext<TSaga>(IQuerySession session, CancellationToken ct)
    : BasePipeContext(ct), LoadSagaRepositoryContext<TSaga>, QuerySagaRepositoryContext<TSaga>
    where TSaga : class, ISaga
{
    public Task<TSaga> Load(Guid correlationId) => session.LoadAsync<TSaga>(correlationId, CancellationToken)!;

    public async Task<SagaRepositoryQueryContext<TSaga>> Query(ISagaQuery<TSaga> query, CancellationToken cancellationToken = default) =>
        new LoadedSagaRepositoryQueryContext<TSaga>(this, await session.Query<TSaga>().Where(query.FilterExpression).ToListAsync(cancellationToken));
}
