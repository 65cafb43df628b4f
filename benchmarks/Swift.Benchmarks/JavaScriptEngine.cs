using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Swift.Benchmarks;

/// <summary>Hugging Face's engine in a Node.js process that stays; each round it encodes the same lines and says how long that took.</summary>
internal sealed class JavaScriptEngine : IDisposable
{
    private readonly Process _process;
    private readonly string _lines;

    private JavaScriptEngine(Process process, string lines) => (_process, _lines) = (process, lines);

    /// <summary>Null where the engine is not installed.</summary>
    public static JavaScriptEngine? Start(string folder, string model, IReadOnlyList<string> lines)
    {
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "@huggingface", "tokenizers"))) return null;
        var file = Path.GetTempFileName();
        File.WriteAllText(file, JsonSerializer.Serialize(lines));
        var start = new ProcessStartInfo("node", [Path.GetFullPath(Path.Combine(folder, "tokens-speed.mjs")), Path.GetFullPath(model), file])
        {
            WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        return new JavaScriptEngine(Process.Start(start)!, file);
    }

    /// <summary>Seconds of one round.</summary>
    public async Task<double> EncodeAsync(CancellationToken ct)
    {
        await _process.StandardInput.WriteLineAsync("go".AsMemory(), ct);
        await _process.StandardInput.FlushAsync(ct);
        return double.Parse(await _process.StandardOutput.ReadLineAsync(ct) ?? throw new InvalidOperationException("The engine ended."), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        File.Delete(_lines);
    }
}
