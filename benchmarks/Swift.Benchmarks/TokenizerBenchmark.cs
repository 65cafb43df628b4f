using System.CommandLine;
using System.Diagnostics;
using System.Text;
using Swift.Models.Tokenizers;

namespace Swift.Benchmarks;

/// <summary>Encoding speed beside Hugging Face's JavaScript engine and Microsoft.ML.Tokenizers: the same lines, one thread, in turn.</summary>
internal static class TokenizerBenchmark
{
    public static Command CreateCommand()
    {
        Option<string[]> models = new("--model") { Description = "Folders that hold a tokenizer.json", Required = true, AllowMultipleArgumentsPerToken = true };
        Option<string[]> texts = new("--text") { Description = "Files whose lines are encoded", Required = true, AllowMultipleArgumentsPerToken = true };
        Option<string?> engine = new("--engine") { Description = "Folder with tokens-speed.mjs and Hugging Face's engine. Default: tests/huggingface here, if prepared" };
        Option<int> rounds = new("--rounds") { DefaultValueFactory = _ => 7 };
        Option<int> megabytes = new("--megabytes") { Description = "How much of each file", DefaultValueFactory = _ => 2 };
        Command command = new("tokenizers", "Encoding speed beside two other engines") { models, texts, engine, rounds, megabytes };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetValue(models)!, parsed.GetValue(texts)!, parsed.GetValue(engine) ?? Path.Combine("tests", "huggingface"), parsed.GetValue(rounds), parsed.GetValue(megabytes), ct));
        return command;
    }

    private static async Task RunAsync(string[] models, string[] texts, string engine, int rounds, int megabytes, CancellationToken ct)
    {
        foreach (var model in models)
        {
            foreach (var text in texts)
            {
                var lines = Lines(text, megabytes * 1_000_000L);
                var bytes = lines.Sum(line => (long)Encoding.UTF8.GetByteCount(line));
                var tokenizer = TokenizerFile.Load(model);
                double Ours() => bytes / 1e6 / Seconds(() => Encode(lines, tokenizer.Encode));
                var name = $"{new DirectoryInfo(model) switch { { Name: "models", Parent: { } parent } => parent.Name, var folder => folder.Name }}, {Path.GetFileName(text)} ({bytes / 1e6:F1} MB)";

                using var javaScript = JavaScriptEngine.Start(engine, model, lines);
                if (javaScript is null) Console.WriteLine($"{name}: ours {Median.Of(Enumerable.Range(0, rounds).Select(_ => Ours())):F2} MB/s; {engine} is not prepared");
                else Report(name, "@huggingface/tokenizers", rounds, await Paired.MeasureAsync(rounds, _ => Task.FromResult(Ours()), async _ => bytes / 1e6 / await javaScript.EncodeAsync(ct)));

                if (MicrosoftTokenizer.Of(model) is not { } other) continue;
                var same = lines.Count(line => other.EncodeToIds(line).SequenceEqual(tokenizer.Encode(line)));
                Report(name, $"Microsoft.ML.Tokenizers (ids of {same:N0} of {lines.Count:N0} lines are ours)", rounds, await Paired.MeasureAsync(
                    rounds, _ => Task.FromResult(Ours()), _ => Task.FromResult(bytes / 1e6 / Seconds(() => Encode(lines, (line, _) => other.EncodeToIds(line))))));
            }
        }
    }

    private static void Report(string name, string other, int rounds, (double Ours, double Theirs, double Ratio) measured) =>
        Console.WriteLine($"{name}: ours {measured.Ours:F2} MB/s, {other} {measured.Theirs:F2} MB/s, ratio {measured.Ratio:F2}; medians of {rounds} paired rounds");

    private static void Encode<T>(List<string> lines, Func<string, bool, T> encode)
    {
        foreach (var line in lines) encode(line, true);
    }

    private static double Seconds(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    }

    private static List<string> Lines(string path, long limit)
    {
        var lines = new List<string>();
        foreach (var line in File.ReadLines(path))
        {
            if ((limit -= Encoding.UTF8.GetByteCount(line)) < 0) break;
            lines.Add(line);
        }
        return lines;
    }
}
