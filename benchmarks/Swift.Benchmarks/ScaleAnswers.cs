using System.Diagnostics;
using System.Net.Http.Json;
using Swift.Contracts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;

namespace Swift.Benchmarks;

/// <summary>Times of single requests over HTTP, from asking to the last byte.</summary>
internal static class ScaleAnswers
{
    private const int Requests = 200;

    public static async Task PrintAsync(HttpClient http, IReadOnlyList<Guid> experiments, int events, CancellationToken ct)
    {
        Random random = new(7);
        Guid Any() => experiments[random.Next(experiments.Count)];
        var middle = await MiddlePage(http, experiments.Count / 2, ct);
        foreach (var (what, path) in new (string, Func<string>)[]
        {
            ("list, newest first", () => "/v1/experiments"),
            ("list, oldest first", () => "/v1/experiments?orderBy=submitted_at"),
            ("list, from the middle", () => $"/v1/experiments?pageToken={middle}"),
            ("list, by status", () => $"/v1/experiments?status={(random.Next(2) == 0 ? "failed" : "succeeded")}"),
            ("list, by name", () => $"/v1/experiments?name={ScaleHistory.Name(random.Next(100))}"),
            ("one experiment", () => $"/v1/experiments/{Any()}"),
            ("its state after any version", () => $"/v1/experiments/{Any()}/state?version={random.Next(1, events + 1)}"),
            ("its newest state, folded", () => $"/v1/experiments/{Any()}/state"),
            ("a page of its events", () => $"/v1/experiments/{Any()}/events?fromVersion={random.Next(1, events + 1)}"),
            ("its first 200 events", () => $"/v1/experiments/{Any()}/events"),
            ("its metrics", () => $"/v1/experiments/{Any()}/metrics"),
            ("its timeline", () => $"/v1/experiments/{Any()}/timeline"),
        })
        {
            List<double> times = [];
            long bytes = 0;
            for (var i = 0; i < Requests + 10; i++)
            {
                var started = Stopwatch.GetTimestamp();
                var body = await http.GetByteArrayAsync(path(), ct);
                if (i >= 10)
                {
                    times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                    bytes += body.Length;
                }
            }
            Console.WriteLine($"{what,-30} {Median.Of(times),8:F1} ms at the median {times.Order().ElementAt(Requests * 95 / 100),8:F1} ms for 95 of 100 {bytes / Requests / 1024.0,8:F1} KiB");
        }
    }

    private static async Task<string> MiddlePage(HttpClient http, int skip, CancellationToken ct)
    {
        var path = "/v1/experiments";
        string? token = null;
        for (var seen = 0; seen < skip; seen += 50)
        {
            token = (await http.GetFromJsonAsync<Page<ExperimentSummary>>(path, SwiftJson.Options, ct))!.NextPageToken;
            path = $"/v1/experiments?pageToken={token}";
        }
        return token ?? throw new InvalidOperationException("Too few experiments for pages: at least 100.");
    }
}
