using System.Diagnostics;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Swift.Api.Access;
using Swift.Api.Access.Keys;
using Swift.Api.Pipelines.Registry;
using Swift.Api.Registry.Aggregate;
using Swift.Api.Schedules.Aggregate;
using Swift.Api.Webhooks;
using Swift.Contracts.Access;
using Swift.Contracts.Rest;

namespace Swift.Api.Admin;

/// <summary>Makes everything derived anew from the events, which are the truth; this proves it.</summary>
public sealed class ReadModels(IDocumentStore store)
{
    /// <summary>
    /// Runs beside traffic: stream by stream, each in one transaction that keeps others from appending to it meanwhile. Marten's
    /// own rebuild empties a read model first, and whoever appends meanwhile finds no state to decide on.
    /// </summary>
    public async Task<RebuildReport> RebuildAsync(CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        var led = 0;
        var experiments = await EachStream("experiment", ct, async (session, id, token) =>
        {
            if (await ExperimentRebuild.RunAsync(session, id, token))
            {
                Interlocked.Increment(ref led);
            }
        });
        await EachStream("pipeline_history", ct, Snapshot<PipelineHistory>);
        await EachStream("registered_model", ct, Snapshot<RegisteredModel>);
        await EachStream("schedule", ct, Snapshot<Schedule>);
        await EachStream("api_key", ct, Snapshot<ApiKey>);
        await EachStream("webhook", ct, Snapshot<Webhook>);
        await DeleteOrphans(ct);
        return new RebuildReport(experiments, led, watch.Elapsed.TotalSeconds);
    }

    /// <param name="aggregate">As Marten writes it on a stream.</param>
    private async Task<int> EachStream(string aggregate, CancellationToken ct, Func<IDocumentSession, Guid, CancellationToken, Task> rebuild)
    {
        IReadOnlyList<Guid> streams;
        await using (var query = store.QuerySession())
        {
            streams = await query.AdvancedSql.QueryAsync<Guid>("select id from swift.mt_streams where type = ? order by created, id", ct, aggregate);
        }
        await Parallel.ForEachAsync(streams, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = ct }, async (id, token) =>
        {
            await using var session = store.LightweightSession();
            await session.BeginTransactionAsync(token);
            // An append moves the stream's row on, so it waits here; what it then writes is newer than what we write.
            await session.AdvancedSql.QueryAsync<long>("select version from swift.mt_streams where id = ? for update", token, id);
            await rebuild(session, id, token);
            await session.SaveChangesAsync(token);
        });
        return streams.Count;
    }

    /// <summary>A read model that is one document for one stream.</summary>
    private static async Task Snapshot<TDocument>(IDocumentSession session, Guid stream, CancellationToken ct)
        where TDocument : class
    {
        if (await session.Events.AggregateStreamAsync<TDocument>(stream, token: ct) is { } document)
        {
            session.Replace(stream, document);
        }
    }

    /// <summary>Documents of streams that do not exist.</summary>
    private async Task DeleteOrphans(CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        foreach (var (table, stream) in new[]
        {
            ("experiment", "d.id"), ("experimentsagastate", "d.id"), ("pipelinehistory", "d.id"), ("registeredmodel", "d.id"), ("schedule", "d.id"),
            ("apikey", "d.id"), ("webhook", "d.id"),
            ("metricbatch", "(d.data ->> 'experiment_id')::uuid"), ("lineagelink", "d.experiment"),
        })
        {
            session.QueueSqlCommand($"delete from swift.mt_doc_{table} d where not exists (select from swift.mt_streams s where s.id = {stream})");
        }
        await session.SaveChangesAsync(ct);
    }
}

internal static class AdminEndpoints
{
    internal static void MapAdmin(this RouteGroupBuilder v1) =>
        v1.MapPost("/admin/read-models:rebuild", async Task<Ok<RebuildReport>> (ReadModels readModels, CancellationToken ct) =>
                TypedResults.Ok(await readModels.RebuildAsync(ct)))
            .RequireRole(Role.Admin).WithTags("Admin").WithName("RebuildReadModels").WithSummary("Makes all read models and saga states anew from the events, beside traffic.");
}
