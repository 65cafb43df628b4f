using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using Refit;
using Swift.Contracts;
using Swift.Contracts.Rest;

namespace Swift.Benchmarks;

/// <summary>What leading costs: of every segment of an experiment, the time from the event that asked for it to the event of its result, less the time the worker computed.</summary>
internal static class ControlPlaneBenchmark
{
    public static Command CreateCommand()
    {
        Argument<Guid> experiment = new("experiment") { Description = "A finished experiment" };
        Option<string> url = new("--url") { DefaultValueFactory = _ => "http://127.0.0.1:5005" };
        Option<string> key = new("--api-key") { Description = "Default: SWIFT_API_KEY", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("SWIFT_API_KEY") ?? "" };
        Command command = new("control-plane", "Overhead per segment, as a share of its time, of an experiment that ran") { experiment, url, key };
        command.SetAction(async (parsed, ct) =>
        {
            using HttpClient http = new() { BaseAddress = new Uri(parsed.GetValue(url)!) };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", parsed.GetValue(key));
            var api = RestService.For<ISwiftApi>(http, new RefitSettings(new SystemTextJsonContentSerializer(SwiftJson.Options)));
            var segments = Segments(await api.ReadEvents(parsed.GetValue(experiment), 1, ct).ToListAsync(ct));
            Console.WriteLine($"{"segment",-40} {"whole s",10} {"work s",10} {"overhead s",12} {"share",8}");
            foreach (var s in segments)
                Console.WriteLine($"{s.Name,-40} {s.Whole,10:F3} {s.Work,10:F3} {s.Overhead,12:F3} {s.Overhead / s.Whole,8:P1}");
            Console.WriteLine($"{"all",-40} {segments.Sum(s => s.Whole),10:F3} {segments.Sum(s => s.Work),10:F3} {segments.Sum(s => s.Overhead),12:F3} {segments.Sum(s => s.Overhead) / segments.Sum(s => s.Whole),8:P1}");
        });
        return command;
    }

    /// <summary>The accepted results that say how long the worker computed, each with the last request before it.</summary>
    private static List<SegmentTime> Segments(List<EventView> events)
    {
        Dictionary<string, DateTimeOffset> requested = [];
        List<SegmentTime> segments = [];
        foreach (var happened in events)
        {
            if (!happened.Data.TryGetProperty("segment", out var segment) || !happened.Data.TryGetProperty("stage", out var stage))
                continue;
            var name = $"{stage}/{segment}";
            if (happened.Type.StartsWith("segment_requested", StringComparison.Ordinal))
                requested[name] = happened.Timestamp;
            else if (happened.Data.TryGetProperty("seconds", out var seconds) && seconds.ValueKind == JsonValueKind.Number)
                segments.Add(new SegmentTime(name, (happened.Timestamp - requested[name]).TotalSeconds, seconds.GetDouble()));
        }
        return segments;
    }

    private sealed record SegmentTime(string Name, double Whole, double Work)
    {
        public double Overhead => Whole - Work;
    }
}
