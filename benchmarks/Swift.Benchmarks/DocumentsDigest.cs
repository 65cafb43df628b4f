using Npgsql;

namespace Swift.Benchmarks;

/// <summary>One digest of every document derived from experiments, as text and in a fixed order.</summary>
internal static class DocumentsDigest
{
    private static readonly (string Table, string Stream)[] Tables =
    [
        ("experiment", "id"), ("experimentsagastate", "id"), ("metricbatch", "(data ->> 'experiment_id')::uuid"), ("lineagelink", "experiment"),
    ];

    /// <param name="grown">Those of the named experiments, or those of all others.</param>
    public static async Task<string> OfAsync(NpgsqlDataSource source, Guid[] experiments, bool grown, CancellationToken ct)
    {
        List<string> digests = [];
        foreach (var (table, stream) in Tables)
        {
            // The benchmark appends past the saga, which mirrors what it was told of, or what a rebuild showed it.
            if (grown && table is "experimentsagastate") continue;
            await using var command = source.CreateCommand(
                $"select count(*) || ' ' || coalesce(md5(string_agg(md5(data::text), '' order by id::text)), '') from swift.mt_doc_{table} where ({stream} = any($1)) = $2");
            command.CommandTimeout = 0;
            command.Parameters.Add(new NpgsqlParameter { Value = experiments });
            command.Parameters.Add(new NpgsqlParameter { Value = grown });
            digests.Add($"{table} {await command.ExecuteScalarAsync(ct)}");
        }
        return string.Join('\n', digests);
    }
}
