using JasperFx;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Swift.Api.EventStore;
using Swift.Api.Experiments.Decisions;
using Swift.Api.Experiments.Aggregate;
using Swift.Contracts.Events;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;

namespace Swift.Api.Experiments.Endpoints;

/// <summary>What a person may ask of an experiment: decide on the state, append, answer with the new state. The relay tells the saga.</summary>
internal static class Lifecycle
{
    internal static Task<Ok<ExperimentView>> Cancel(Guid id, ExperimentCommand? body, IDocumentStore store, HttpContext http, CancellationToken ct) =>
        Handle(id, state => LifecycleDecisions.Cancel(state, body?.Reason), store, http, ct);

    internal static Task<Ok<ExperimentView>> Pause(Guid id, ExperimentCommand? body, IDocumentStore store, HttpContext http, CancellationToken ct) =>
        Handle(id, state => LifecycleDecisions.Pause(state, body?.Reason), store, http, ct);

    internal static Task<Ok<ExperimentView>> Resume(Guid id, ExperimentCommand? body, IDocumentStore store, HttpContext http, CancellationToken ct) =>
        Handle(id, state => LifecycleDecisions.Resume(state, body?.Reason), store, http, ct);

    internal static Task<Ok<ExperimentView>> Retry(Guid id, ExperimentCommand? body, IDocumentStore store, HttpContext http, CancellationToken ct) =>
        Handle(id, state => LifecycleDecisions.Retry(state, body?.Reason), store, http, ct);

    private static async Task<Ok<ExperimentView>> Handle(
        Guid id, Func<Experiment, IExperimentEvent?> decide, IDocumentStore store, HttpContext http, CancellationToken ct)
    {
        // The saga appends to the same stream all the time; a lost race is decided again on the newer state. In a new
        // session: the old one remembers the state that its lost write would have led to, and that must not be decided on.
        for (var attempt = 1; ; attempt++)
        {
            await using var session = store.LightweightSession();
            try
            {
                var stream = await session.Events.FetchForWriting<Experiment>(id, ct);
                var state = stream.Aggregate ?? throw ExperimentEndpoints.NotFound(id);
                if (decide(state) is { } happened)
                {
                    session.Stamp(http.Actor(), id, null);
                    stream.AppendOne(happened);
                    await session.SaveChangesAsync(ct);
                }
                break;
            }
            catch (ConcurrencyException) when (attempt < 20)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5 * attempt), ct);
            }
        }
        await using var query = store.QuerySession();
        var view = (await query.LoadAsync<Experiment>(id, ct))!.ToView();
        http.Response.Headers.ETag = $"\"v{view.Version}\"";
        return TypedResults.Ok(view);
    }
}
