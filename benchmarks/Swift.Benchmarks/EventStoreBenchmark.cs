using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;
using Swift.Api;
using Swift.Api.Experiments.Aggregate;
using Swift.Contracts;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Events;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
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
        Option<int> rounds = new("--rounds") { DefaultValueFactory = _ => 5 };
        Command command = new("events", "Appended events per second, beside raw inserts") { commits, batch, rounds };
        command.SetAction(async (parsed, ct) =>
        {
            var folder = Directory.CreateTempSubdirectory("swift-benchmark-").FullName;
            try
            {
                await using var postgres = await EmbeddedPostgres.StartAsync(Path.Combine(folder, "postgres"), ct);
                var (appended, raw, ratio) = await Paired.MeasureAsync(
                    parsed.GetValue(rounds),
                    _ => AppendAsync(postgres.ConnectionString, parsed.GetValue(commits), parsed.GetValue(batch), ct),
                    round => InsertAsync(postgres.ConnectionString, round, parsed.GetValue(commits), parsed.GetValue(batch), ct));
                Console.WriteLine($"event store  {appended,10:N0} events/s   (with the snapshot kept in the same transaction)");
                Console.WriteLine($"raw inserts  {raw,10:N0} events/s   ratio {ratio:F2}, medians of {parsed.GetValue(rounds)} paired rounds");
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
        await using var services = new ServiceCollection().AddLogging()
            .AddSwiftApi(connection, new BusSettings()).AddSwiftBus(new BusSettings(), _ => { }).BuildServiceProvider();
        var store = services.GetRequiredService<IDocumentStore>();
        await store.Storage.ApplyAllConfiguredChangesToDatabaseAsync();
        var stream = Guid.CreateVersion7();
        await using (var session = store.LightweightSession())
        {
            session.Events.StartStream<Experiment>(stream, new ExperimentSubmitted(
                "benchmark", new PipelineSpec { Name = "benchmark", Model = new ModelSpec(), Stages = [] },
                new Dictionary<string, ArtifactReference>(), null, null, "", "", ""));
            await session.SaveChangesAsync(ct);
        }
        return await MeasureAsync(commits, batch, async number =>
        {
            await using var session = store.LightweightSession();
            var writing = await session.Events.FetchForWriting<Experiment>(stream, ct);
            writing.AppendMany(Enumerable.Range(0, batch).Select(i => (object)Sample(number * batch + i)));
            await session.SaveChangesAsync(ct);
        });
    }

    private static async Task<double> InsertAsync(string connection, int round, int commits, int batch, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using (var create = source.CreateCommand($"create table raw_events_{round} (id bigint generated always as identity primary key, stream uuid, type text, data jsonb)"))
            await create.ExecuteNonQueryAsync(ct);
        var stream = Guid.CreateVersion7();
        return await MeasureAsync(commits, batch, async number =>
        {
            await using var opened = await source.OpenConnectionAsync(ct);
            await using var transaction = await opened.BeginTransactionAsync(ct);
            await using NpgsqlBatch inserts = new(opened, transaction);
            for (var i = 0; i < batch; i++)
                inserts.BatchCommands.Add(new NpgsqlBatchCommand($"insert into raw_events_{round} (stream, type, data) values ($1, $2, $3)")
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
