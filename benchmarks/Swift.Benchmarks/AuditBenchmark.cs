using System.CommandLine;
using System.Diagnostics;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Swift.Api;
using Swift.Api.Audit;
using Swift.Api.Audit.Verification;
using Swift.Api.Experiments.Aggregate;
using Swift.Contracts.Events;
using Swift.Contracts.Experiments;
using Swift.Hosting.Artifacts;
using Swift.Hosting.Bus;
using Swift.Hosting.Postgres;

namespace Swift.Benchmarks;

/// <summary>How fast events are sealed into the audit log by the product's own daemon, and how fast the whole log is verified.</summary>
internal static class AuditBenchmark
{
    private const int PerStream = 1000;
    private const int PerCommit = 250;

    public static Command CreateCommand()
    {
        Option<int> events = new("--events") { DefaultValueFactory = _ => 100_000 };
        Command command = new("audit", "Events sealed per second, and verified per second") { events };
        command.SetAction(async (parsed, ct) =>
        {
            var folder = Directory.CreateTempSubdirectory("swift-benchmark-").FullName;
            try
            {
                await using var postgres = await EmbeddedPostgres.StartAsync(Path.Combine(folder, "postgres"), ct);
                await RunAsync(postgres.ConnectionString, folder, parsed.GetValue(events), ct);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        });
        return command;
    }

    private static async Task RunAsync(string connection, string folder, int events, CancellationToken ct)
    {
        var settings = AuditSettings.In(folder);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IArtifactStore>(new FolderArtifactStore(Path.Combine(folder, "artifacts")));
        builder.Services.AddSwiftApi(connection, new BusSettings(), audit: settings).AddSwiftBus(new BusSettings(), bus => bus.AddSwiftApi());
        using var host = builder.Build();
        await host.StartAsync(ct);
        await using NpgsqlConnection reader = new(connection);
        await reader.OpenAsync(ct);

        var watch = Stopwatch.StartNew();
        await AppendAsync(host.Services.GetRequiredService<IDocumentStore>(), events, ct);
        var appended = watch.Elapsed;
        await using NpgsqlCommand signed = new("select coalesce(max(tree_size), 0) from swift.audit_heads", reader);
        while ((long)(await signed.ExecuteScalarAsync(ct))! < events)
            await Task.Delay(100, ct);
        var sealedAt = watch.Elapsed;
        await host.StopAsync(ct);

        var report = await LogVerification.RunAsync(reader, [settings.KeyFile!], [settings.AnchorFile!], ct);
        Console.WriteLine($"appended  {events / appended.TotalSeconds,10:N0} events/s   ({events:N0} events of 20 metric points in commits of {PerCommit})");
        Console.WriteLine($"sealed    {events / sealedAt.TotalSeconds,10:N0} events/s   (the last of them {(sealedAt - appended).TotalSeconds:F1} s after it was appended)");
        Console.WriteLine($"verified  {report.Events / report.Seconds,10:N0} events/s   ({report.Events:N0} events, {report.Heads} heads and {report.Anchors} anchors in {report.Seconds:F1} s: {(report.Sound ? "sound" : report.Findings[0].Message)})");
    }

    private static async Task AppendAsync(IDocumentStore store, int events, CancellationToken ct)
    {
        for (var done = 0; done < events;)
        {
            var stream = Guid.CreateVersion7();
            var ofStream = Math.Min(PerStream, events - done);
            for (var i = 0; i < ofStream;)
            {
                await using var session = store.LightweightSession();
                var commit = Enumerable.Range(i, Math.Min(PerCommit, ofStream - i)).Select(Metrics).ToArray();
                if (i == 0) session.Events.StartStream<Experiment>(stream, commit);
                else (await session.Events.FetchForWriting<Experiment>(stream, ct)).AppendMany(commit);
                await session.SaveChangesAsync(ct);
                i += commit.Length;
            }
            done += ofStream;
        }
    }

    /// <summary>Nothing that the control plane would act on.</summary>
    private static object Metrics(int number) =>
        new MetricsRecorded(0, "sft", [.. Enumerable.Range(0, 20).Select(i => new MetricPoint("loss", (number * 20) + i, 1.0 / (1 + i)))]);
}
