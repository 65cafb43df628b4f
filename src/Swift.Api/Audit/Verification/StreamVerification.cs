using Npgsql;
using Swift.Api.Audit.Log;
using Swift.Contracts.Rest;

namespace Swift.Api.Audit.Verification;

/// <summary>Versions of a stream have no gaps, sealed or not.</summary>
internal static class StreamVerification
{
    internal static async Task RunAsync(NpgsqlConnection connection, Findings findings, CancellationToken ct)
    {
        await using var query = new NpgsqlCommand(
            $"""
            select s.id, s.version, count(e.seq_id), coalesce(max(e.version), 0)
            from swift.mt_streams s left join swift.mt_events e on e.stream_id = s.id and {LogQueries.IsEvent}
            where s.id in (select stream_id from swift.mt_events e where {LogQueries.IsEvent}) or s.type is not null
            group by s.id, s.version
            having count(e.seq_id) <> s.version or coalesce(max(e.version), 0) <> s.version
            """, connection);
        await using var rows = await query.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            var (stream, version, count) = (rows.GetGuid(0), rows.GetInt64(1), rows.GetInt64(2));
            findings.Add(new AuditFinding("stream_has_gaps", $"Stream {stream} is at version {version} and has {count} events, the last of version {rows.GetInt64(3)}.", Stream: stream));
        }
    }
}
