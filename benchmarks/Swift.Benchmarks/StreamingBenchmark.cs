using System.CommandLine;
using System.Diagnostics;
using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;

namespace Swift.Benchmarks;

/// <summary>Memory and speed of reading JSON lines: a small file, then one of 1 GB, every row parsed. One line in a hundred thousand is damaged.</summary>
internal static class StreamingBenchmark
{
    private const long Megabyte = 1 << 20;
    private const int DamagedEvery = 100_000;

    public static Command CreateCommand()
    {
        Option<int> megabytes = new("--megabytes") { Description = "Size of the large file", DefaultValueFactory = _ => 1024 };
        Option<string?> read = new("--read") { Description = "Only reads this file", Hidden = true };
        Command command = new("streaming", "Peak memory of reading 10 MB and 1 GB of JSON lines") { megabytes, read };
        command.SetAction(async (parsed, ct) =>
        {
            if (parsed.GetValue(read) is { } file)
                Read(file, ct);
            else
                await RunAsync(parsed.GetValue(megabytes), ct);
        });
        return command;
    }

    private static async Task RunAsync(int megabytes, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("swift-benchmark-");
        try
        {
            foreach (var size in new[] { 10, megabytes })
            {
                var path = Path.Combine(folder.FullName, $"{size}-megabytes.jsonl");
                Write(path, size * Megabyte);
                // In a process of its own, so that its peak is that of this file alone.
                string[] program = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(StreamingBenchmark).Assembly.Location] : [];
                using var reader = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. program, "streaming", "--read", path]))!;
                await reader.WaitForExitAsync(ct);
                File.Delete(path);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Write(string path, long bytes)
    {
        using var file = new StreamWriter(path, false, new System.Text.UTF8Encoding(false), 1 << 20);
        for (var row = 1; file.BaseStream.Position < bytes; row++)
        {
            file.Write(row % DamagedEvery == 0
                ? "{\"query\":\"damaged\n"
                : $$"""{"query":"What is {{row}} plus {{row % 97}}? {{new string('q', row % 400)}}","response":"It is {{row + (row % 97)}}. {{new string('r', row % 300)}}"}""" + "\n");
        }
    }

    private static void Read(string path, CancellationToken ct)
    {
        var dropped = new DroppedRowCounter();
        var watch = Stopwatch.StartNew();
        long rows = 0;
        foreach (var _ in DatasetReader.Read(new DatasetFile(path, null, Path.GetFileName(path)), new DataSpec { Dataset = [path] }, RowUse.Learn, dropped, ct))
            rows++;
        var size = new FileInfo(path).Length / (double)Megabyte;
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(
            $"{Path.GetFileName(path)}: {rows:N0} rows in {watch.Elapsed.TotalSeconds:F1} s ({size / watch.Elapsed.TotalSeconds:N0} MB/s), " +
            $"peak resident memory {process.PeakWorkingSet64 / (double)Megabyte:N0} MB; dropped: {dropped}");
    }
}
