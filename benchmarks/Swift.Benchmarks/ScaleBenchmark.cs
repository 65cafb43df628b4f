using System.CommandLine;
using System.Diagnostics;
using System.Net.Http.Json;
using Marten;
using Marten.Events;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Swift.Api;
using Swift.Api.Experiments.Aggregate;
using Swift.Cli.Hosting;
using Swift.Contracts;
using Swift.Contracts.Rest;
using Swift.Hosting.Bus;
using Swift.Hosting.Postgres;

namespace Swift.Benchmarks;

/// <summary>How fast the control plane answers over HTTP when it holds many long histories, and whether a rebuild beside traffic ends equal.</summary>
internal static class ScaleBenchmark
{
    public static Command CreateCommand()
    {
        Option<int> experiments = new("--experiments") { DefaultValueFactory = _ => 1000 };
        Option<int> events = new("--events") { Description = "Events of each experiment", DefaultValueFactory = _ => 1000 };
        Command command = new("scale", "Answer times, and a rebuild beside traffic, with many long histories") { experiments, events };
        command.SetAction(async (parsed, ct) =>
        {
            var folder = Directory.CreateTempSubdirectory("swift-benchmark-").FullName;
            try
            {
                await using var postgres = await EmbeddedPostgres.StartAsync(Path.Combine(folder, "postgres"), ct);
                await RunAsync(postgres.ConnectionString, folder, parsed.GetValue(experiments), parsed.GetValue(events), ct);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        });
        return command;
    }

    private static async Task RunAsync(string connection, string folder, int experiments, int events, CancellationToken ct)
    {
        await using var services = new ServiceCollection().AddLogging()
            .AddSwiftApi(connection, new BusSettings()).AddSwiftBus(new BusSettings(), _ => { }).BuildServiceProvider();
        var store = services.GetRequiredService<IDocumentStore>();
        await store.Storage.ApplyAllConfiguredChangesToDatabaseAsync();
        var watch = Stopwatch.StartNew();
        var ids = await ScaleHistory.AppendAsync(store, experiments, events, done =>
        {
            if (done % Math.Max(1, experiments / 20) == 0)
                Console.Error.WriteLine($"{done} of {experiments} experiments appended, {watch.Elapsed / done * (experiments - done):m\\:ss} to go");
        }, ct);
        Console.WriteLine($"appended {experiments * (long)events:N0} events of {experiments:N0} experiments, {experiments * events / watch.Elapsed.TotalSeconds:N0} events/s");

        ServerSettings settings = new(folder, Path.Combine(folder, "artifacts"), connection, new BusSettings(), ServerSettings.Loopback, 0);
        watch.Restart();
        await using var product = await Product.StartAsync(settings, api: true, [], _ => { }, ct);
        await store.WaitForNonStaleProjectionDataAsync(TimeSpan.FromHours(1));
        Console.WriteLine($"read by the background projections in {watch.Elapsed.TotalSeconds:N0} s");
        using HttpClient http = new() { BaseAddress = product.Url, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new("Bearer", product.AdminKey);

        await ScaleAnswers.PrintAsync(http, ids, events, ct);
        await RebuildAsync(http, store, connection, ids, ct);
    }

    /// <summary>While one request rebuilds everything, others are answered and events are appended; then all documents are compared.</summary>
    private static async Task RebuildAsync(HttpClient http, IDocumentStore store, string connection, IReadOnlyList<Guid> ids, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        var grown = ids.Take(Math.Min(20, ids.Count)).ToArray();
        var before = await DocumentsDigest.OfAsync(source, grown, grown: false, ct);
        using CancellationTokenSource rebuilt = CancellationTokenSource.CreateLinkedTokenSource(ct);
        List<double> answers = [];
        var appended = 0;
        var traffic = Task.Run(async () =>
        {
            for (; !rebuilt.IsCancellationRequested; appended++)
            {
                var id = grown[appended % grown.Length];
                await using (var session = store.LightweightSession())
                {
                    (await session.Events.FetchForWriting<Experiment>(id, ct)).AppendOne(ScaleHistory.Metrics(appended));
                    await session.SaveChangesAsync(ct);
                }
                var started = Stopwatch.GetTimestamp();
                (await http.GetAsync($"/v1/experiments/{id}", ct)).EnsureSuccessStatusCode();
                answers.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                await Task.Delay(20, ct);
            }
        }, ct);
        var first = await RebuildAsync(http, ct);
        await rebuilt.CancelAsync();
        await traffic;
        await store.WaitForNonStaleProjectionDataAsync(TimeSpan.FromHours(1));
        var others = await DocumentsDigest.OfAsync(source, grown, grown: false, ct);
        var beside = await DocumentsDigest.OfAsync(source, grown, grown: true, ct);
        await RebuildAsync(http, ct);
        var quiet = await DocumentsDigest.OfAsync(source, grown, grown: true, ct);
        Console.WriteLine($"rebuilt  {first.Experiments:N0} experiments in {first.Seconds:F0} s beside {appended:N0} appended events and as many reads, {Median.Of(answers):F1} ms at the median");
        Console.WriteLine($"         documents of the others: {(before == others ? "equal" : "DIFFERENT")}; of the {grown.Length} that grew, beside traffic and rebuilt again in peace: {(beside == quiet ? "equal" : "DIFFERENT")}");
        if (before != others || beside != quiet)
            throw new InvalidOperationException("A rebuild changed documents.");
    }

    private static async Task<RebuildReport> RebuildAsync(HttpClient http, CancellationToken ct)
    {
        using var answer = await http.PostAsync("/v1/admin/read-models:rebuild", null, ct);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<RebuildReport>(SwiftJson.Options, ct))!;
    }
}
