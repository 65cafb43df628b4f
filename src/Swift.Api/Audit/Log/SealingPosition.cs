using Marten;
using Marten.Schema;
using Npgsql;

namespace Swift.Api.Audit.Log;

/// <summary>
/// Where the subscription goes on is written in a row that anybody may change who may write events. If that row claims more
/// than the log holds, the subscription would skip events, so before the daemon starts it is set back to the end of the log.
/// </summary>
internal sealed class SealingPosition(ILogger<SealingPosition> logger) : IInitialData
{
    private static readonly string Mend =
        $"""
        with log as (select coalesce(max(sequence), 0) as last from swift.audit_leaves)
        update swift.mt_event_progression p set last_seq_id = log.last from log
        where p.name = '{SealEvents.Shard}' and p.last_seq_id > log.last
            and exists (select from swift.mt_events e where e.seq_id > log.last and e.seq_id <= p.last_seq_id and {LogQueries.IsEvent})
        """;

    public async Task Populate(IDocumentStore store, CancellationToken ct)
    {
        await using var connection = store.Storage.Database.CreateConnection();
        await connection.OpenAsync(ct);
        await using var mend = new NpgsqlCommand(Mend, connection);
        if (await mend.ExecuteNonQueryAsync(ct) > 0)
        {
            logger.LogCritical("The subscription {Subscription} claimed to have sealed events that are not in the audit log: somebody changed mt_event_progression. It goes on from the end of the log", SealEvents.Subscription);
        }
    }
}
