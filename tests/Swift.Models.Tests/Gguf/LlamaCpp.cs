using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Swift.Models.Tests.Gguf;

/// <summary>
/// llama.cpp as an oracle, through the scripts in tests/llama.cpp. Its packages are installed once into the user's cache; a test
/// is skipped where Node.js, npm or the packages cannot be had.
/// </summary>
internal static class LlamaCpp
{
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(2);
    private static readonly Lazy<Task<string>> Installation = new(Install);

    /// <summary>The greedy continuation of a prompt.</summary>
    public static async Task<Continuation> Continue(string gguf, string prompt, int tokens)
    {
        var folder = await Installed();
        var (exit, output, error) = await Run(RunLimit, folder, "node", "compare.mjs", gguf, prompt, $"{tokens}");
        exit.ShouldBe(0, error);
        return JsonSerializer.Deserialize<Continuation>(output, JsonSerializerOptions.Web)!;
    }

    /// <summary>For each model the logits of every position, one row of the vocabulary after the other.</summary>
    public static async Task<float[][]> Logits(IReadOnlyList<string> ggufs, IReadOnlyList<int> ids)
    {
        var folder = await Installed();
        var (exit, output, error) = await Run(RunLimit, folder, "node", ["logits.mjs", JsonSerializer.Serialize(ids), .. ggufs]);
        exit.ShouldBe(0, error);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(line)).ToArray())];
    }

    /// <summary>The ids of each text, without parsing special tokens and without a start token.</summary>
    public static async Task<int[][]> Tokenize(string gguf, IReadOnlyList<string> texts)
    {
        var folder = await Installed();
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(texts));
            var (exit, output, error) = await Run(RunLimit, folder, "node", "tokenize.mjs", gguf, file);
            exit.ShouldBe(0, error);
            return JsonSerializer.Deserialize<int[][]>(output)!;
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The path of llama.cpp's library of tensor types.</summary>
    public static async Task<string> TensorLibrary() => Path.Combine(
        await Installed(), "node_modules", "@node-llama-cpp", "linux-x64", "bins", "linux-x64", "libggml-base.so");

    private static Task<string> Installed() => Installation.Value;

    /// <summary>
    /// A folder with the scripts and their packages, named after what they say: nothing in it changes once it is there. Several
    /// processes may install at once: the first to finish wins.
    /// </summary>
    private static async Task<string> Install()
    {
        var files = Directory.GetFiles(Path.Combine(SharedData.Repository(), "tests", "llama.cpp")).Order(StringComparer.Ordinal).ToList();
        var digest = Convert.ToHexStringLower(SHA256.HashData([.. files.SelectMany(File.ReadAllBytes)]))[..12];
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } configured
            ? configured : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var folder = Path.Combine(cache, "swift", $"llama.cpp-{digest}");
        if (Directory.Exists(folder)) return folder;
        var temporary = $"{folder}.{Guid.NewGuid():n}";
        Directory.CreateDirectory(temporary);
        try
        {
            foreach (var file in files) File.Copy(file, Path.Combine(temporary, Path.GetFileName(file)));
            var (exit, _, error) = await Run(InstallLimit, temporary, "npm", "install", "--ignore-scripts", "--omit=optional",
                "--no-audit", "--no-fund", "--fetch-retries=0");
            Assert.SkipUnless(exit == 0, $"npm cannot install llama.cpp: {error.Split('\n')[0]}");
            Directory.Move(temporary, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Another process was first.
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
        return folder;
    }

    private static async Task<(int Exit, string Output, string Error)> Run(TimeSpan limit, string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            Assert.Skip($"{program} cannot be started: {e.Message}");
            throw;
        }
        using (process)
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            timeout.CancelAfter(limit);
            try
            {
                await process.WaitForExitAsync(timeout.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return (-1, "", $"{program} took longer than {limit}");
            }
            return (process.ExitCode, await output, await error);
        }
    }

    /// <param name="Prompt">The prompt's ids.</param>
    /// <param name="Ids">The ids that follow, end tokens included.</param>
    /// <param name="Text">Of <paramref name="Ids"/>, with special tokens.</param>
    public sealed record Continuation(int[] Prompt, int[] Ids, string Text);
}
