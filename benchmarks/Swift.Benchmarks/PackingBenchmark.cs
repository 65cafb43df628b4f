using System.CommandLine;
using System.Diagnostics;
using Swift.Data.Packing;
using Swift.Data.Randomness;

namespace Swift.Benchmarks;

/// <summary>How full packed rows are on real data, how long a million lengths take, and how long the definition of the algorithm takes for fewer.</summary>
internal static class PackingBenchmark
{
    private const int Many = 1_000_000;
    private const int Few = 20_000;

    public static Command CreateCommand()
    {
        Option<string[]> data = new("--data") { Description = "Files whose rows are packed", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        Option<int> capacity = new("--max_length") { DefaultValueFactory = _ => 2048 };
        Option<int> rounds = new("--rounds") { DefaultValueFactory = _ => 5 };
        Command command = new("packing", "Fill of packed rows, and a million lengths packed") { data, capacity, rounds };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetValue(data)!, parsed.GetValue(capacity), parsed.GetValue(rounds), ct));
        return command;
    }

    private static async Task RunAsync(string[] files, int capacity, int rounds, CancellationToken ct)
    {
        var known = new List<int>();
        foreach (var file in files)
        {
            using var rows = EncodedFile.Make(file, capacity, ct);
            var lengths = rows.Lengths;
            known.AddRange(lengths);
            Console.WriteLine(
                $"{Path.GetFileName(file)}: {lengths.Length:N0} samples, {lengths.Sum(length => (long)length):N0} tokens; rows of {capacity} filled: " +
                $"best-fit decreasing {Fill(lengths, SamplePacking.BestFitDecreasing(lengths, capacity), capacity):P2}, " +
                $"next-fit {Fill(lengths, SamplePacking.NextFit(lengths, capacity), capacity):P2}");
        }

        var random = new RandomStream(1, "packing-benchmark");
        int[] many = [.. Enumerable.Range(0, Many).Select(_ => known.Count > 0 ? random.Choose(known) : Length(random, capacity))];
        SamplePacking.BestFitDecreasing(many, capacity);
        var seconds = Enumerable.Range(0, rounds).Select(_ => Seconds(() => SamplePacking.BestFitDecreasing(many, capacity))).Order().ToArray();
        Console.WriteLine($"{Many:N0} lengths: best-fit decreasing {seconds[rounds / 2]:F3} s, filled {Fill(many, SamplePacking.BestFitDecreasing(many, capacity), capacity):P2}; " +
            $"next-fit {Seconds(() => SamplePacking.NextFit(many, capacity)):F3} s");

        var few = many[..Few];
        var (ours, naive, ratio) = await Paired.MeasureAsync(
            rounds, _ => Task.FromResult(Few / Seconds(() => SamplePacking.BestFitDecreasing(few, capacity))), _ => Task.FromResult(Few / Seconds(() => Naive(few, capacity))));
        Console.WriteLine($"{Few:N0} lengths: {ours:N0} lengths/s; looking at every row for every sample {naive:N0} lengths/s; ratio {ratio:N0}, medians of {rounds} paired rounds");
    }

    /// <summary>The definition: for every sample a walk over all rows.</summary>
    private static int Naive(int[] lengths, int capacity)
    {
        var rooms = new List<int>();
        foreach (var length in lengths.OrderDescending())
        {
            var best = -1;
            for (var row = 0; row < rooms.Count; row++)
                if (rooms[row] >= length && (best < 0 || rooms[row] < rooms[best]))
                    best = row;
            if (best < 0)
                rooms.Add(capacity - length);
            else
                rooms[best] -= length;
        }

        return rooms.Count;
    }

    /// <summary>Without data: log-normal with a median of 128, as lengths of instructions roughly are.</summary>
    private static int Length(RandomStream random, int capacity)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return Math.Clamp((int)(128 * Math.Exp(0.8 * normal)), 1, capacity);
    }

    private static double Fill(int[] lengths, IReadOnlyList<IReadOnlyList<int>> rows, int capacity) =>
        lengths.Sum(length => (long)length) / ((double)rows.Count * capacity);

    private static double Seconds(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
