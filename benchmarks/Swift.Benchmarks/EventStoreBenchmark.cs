using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;
using Swift.Api;
using Swift.Contracts;
using Swift.Contracts.Events;
using Swift.Contracts.Experiments;
using Swift.Hosting.Bus;
using Swift.Hosting.Postgres;

namespace Swift.Benchmarks;

/// <summary>Events appended per second through the product's own event store, beside plain inserts of the same bytes into one table.</summary>
internal static class EventStoreBenchmark
{
    private const int Points = 20;

    public static Command CreateCommand()
    {
        Option<int> commits = new("--commits") { DefaultValueFactory = _ => 200 };
        Option<int> batch = new("--batch") { Description = "Events of one commit", DefaultValueFactory = _ => 10 };
        Command command = new("events", "Appended events per second, beside raw inserts") { commits, batch };
        command.SetAction(async (parsed, ct) =>
        {
            var folder = Directory.CreateTempSubdirectory("swift-benchmark-").FullName;
            try
            {
                await using var postgres = await EmbeddedPostgres.StartAsync(Path.Combine(folder, "postgres"), ct);
                var raw = await InsertAsync(postgres.ConnectionString, parsed.GetValue(commits), parsed.GetValue(batch), ct);
                var appended = await AppendAsync(postgres.ConnectionString, parsed.GetValue(commits), parsed.GetValue(batch), ct);
                Console.WriteLine($"event store  {appended,10:N0} events/s");
                Console.WriteLine($"raw inserts  {raw,10:N0} events/s   (the event store reaches {appended / raw:P0})");
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        });
        return command;
    }

    private static MetricsRecorded Sample(int number) =>
        new(0, "sft", [.. Enumerable.Range(0, Points).Select(i => new MetricPoint("loss", number * Points + i, 1.0 / (1 + i)))]);

    private static async Task<double> AppendAsync(string connection, int commits, int batch, CancellationToken ct)
    {
        await using var services = new ServiceCollection().AddLogging().AddSwiftApi(connection, new BusSettings()).BuildServiceProvider();
        var store = services.GetRequiredService<IDocumentStore>();
        await store.Storage.ApplyAllConfiguredChangesToDatabaseAsync();
        var stream = Guid.CreateVersion7();
        return await MeasureAsync(commits, batch, async number =>
        {
            await using var session = store.LightweightSession();
            session.Events.Append(stream, Enumerable.Range(0, batch).Select(i => (object)Sample(number * batch + i)));
            await session.SaveChangesAsync(ct);
        });
    }

    private static async Task<double> InsertAsync(string connection, int commits, int batch, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using (var create = source.CreateCommand("create table raw_events (id bigint generated always as identity primary key, stream uuid, type text, data jsonb)"))
            await create.ExecuteNonQueryAsync(ct);
        var stream = Guid.CreateVersion7();
        return await MeasureAsync(commits, batch, async number =>
        {
            await using var opened = await source.OpenConnectionAsync(ct);
            await using var transaction = await opened.BeginTransactionAsync(ct);
            await using NpgsqlBatch inserts = new(opened, transaction);
            for (var i = 0; i < batch; i++)
                inserts.BatchCommands.Add(new NpgsqlBatchCommand("insert into raw_events (stream, type, data) values ($1, $2, $3)")
                {
                    Parameters =
                    {
                        new NpgsqlParameter { Value = stream },
                        new NpgsqlParameter { Value = "metrics_recorded.v1" },
                        new NpgsqlParameter { Value = JsonSerializer.Serialize(Sample(number * batch + i), SwiftJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb },
                    },
                });
            await inserts.ExecuteNonQueryAsync(ct);
            await transaction.CommitAsync(ct);
        });
    }

    /// <summary>The first tenth warms up.</summary>
    private static async Task<double> MeasureAsync(int commits, int batch, Func<int, Task> commit)
    {
        var warmUp = Math.Max(1, commits / 10);
        for (var i = 0; i < warmUp; i++)
            await commit(i);
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < commits; i++)
            await commit(warmUp + i);
        return commits * batch / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
