using JasperFx;
using Marten;
using Swift.Api.Experiments.Aggregate;
using Swift.Api.Experiments.Metrics;
using Swift.Api.Experiments.Saga;
using Swift.Api.Lineage;

namespace Swift.Api.Admin;

/// <summary>Everything that is derived from one experiment's stream, made anew in place. The session's transaction holds the stream.</summary>
internal static class ExperimentRebuild
{
    /// <returns>Whether a saga leads it.</returns>
    internal static async Task<bool> RunAsync(IDocumentSession session, Guid id, CancellationToken ct)
    {
        var events = await session.Events.FetchStreamAsync(id, token: ct);
        Experiment? state = null;
        foreach (var e in events)
        {
            state = ExperimentFold.Apply(id, state, new Happened(e.Data, e.Version, e.Timestamp, e.UserName));
        }
        if (state is null)
        {
            return false;
        }
        session.Replace(id, state);
        LineageLink[] links = [.. events.SelectMany(LineageLinks.Of)];
        var linkIds = links.Select(link => link.Id).ToArray();
        session.DeleteWhere<LineageLink>(link => link.Experiment == id && !link.Id.IsOneOf(linkIds));
        session.Store(links);
        // Written over rather than deleted and written: the projection that writes metrics at the same time does so in the same order.
        MetricBatch[] batches = [.. events.Select(MetricBatch.Of).OfType<MetricBatch>()];
        var batchIds = batches.Select(batch => batch.Id).ToArray();
        session.DeleteWhere<MetricBatch>(batch => batch.ExperimentId == id && !batch.Id.IsOneOf(batchIds));
        session.Store(batches);
        var led = state.Version > 1;
        if (led)
        {
            await Mirror(session, state, ct);
        }
        return led;
    }

    /// <summary>Writes a snapshot whatever stands there: a version that is not newer would be refused.</summary>
    internal static void Replace<TDocument>(this IDocumentSession session, Guid id, TDocument document)
        where TDocument : class
    {
        session.QueueSqlCommand($"delete from swift.mt_doc_{typeof(TDocument).Name.ToLowerInvariant()} where id = ?", id);
        if (document is IRevisioned { Version: var version })
        {
            session.UpdateRevision(document, version);
        }
        else
        {
            session.Store(document);
        }
    }

    /// <summary>The saga mirrors the stream; it is left alone where it does.</summary>
    private static async Task Mirror(IDocumentSession session, Experiment state, CancellationToken ct)
    {
        var wanted = ExperimentSagaState.From(state);
        var saga = await session.LoadAsync<ExperimentSagaState>(state.Id, ct);
        if (saga is null || saga.CurrentState != wanted.CurrentState || saga.StreamVersion != wanted.StreamVersion)
        {
            session.QueueSqlCommand("delete from swift.mt_doc_experimentsagastate where id = ?", state.Id);
            session.Insert(wanted);
        }
    }
}
