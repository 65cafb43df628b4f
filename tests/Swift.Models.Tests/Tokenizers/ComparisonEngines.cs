using System.Diagnostics;

namespace Swift.Models.Tests.Tokenizers;

/// <summary>Independent engines in tests/huggingface, which prepare.sh there installs. Tests that need one are skipped where it is absent.</summary>
internal static class ComparisonEngines
{
    private static string Folder { get; } = Path.Combine(SharedData.Repository(), "tests", "huggingface");

    /// <summary>A folder or file that prepare.sh brings.</summary>
    public static string Require(params string[] path)
    {
        var full = Path.Combine([Folder, .. path]);
        Assert.SkipUnless(Path.Exists(full), $"{full} is absent; run tests/huggingface/prepare.sh.");
        return full;
    }

    /// <summary>A JSON string in ASCII, which can hold half of a surrogate pair; .NET's serializer would replace it.</summary>
    public static string Json(string text)
    {
        var json = new System.Text.StringBuilder("\"");
        foreach (var unit in text)
        {
            if (unit is >= ' ' and <= '~' and not ('"' or '\\')) json.Append(unit);
            else json.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
        }
        return json.Append('"').ToString();
    }

    /// <summary>Runs a .mjs or .py script on lines of input and returns its lines and what it wrote to the error stream.</summary>
    public static (string[] Lines, string Errors) Run(string script, IEnumerable<string> input, params string[] arguments)
    {
        var program = script.EndsWith(".py", StringComparison.Ordinal) ? "python3" : "node";
        var start = new ProcessStartInfo(program, [Path.Combine(Folder, script), .. arguments])
        {
            WorkingDirectory = Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{program} is not installed.");
            throw;
        }
        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            foreach (var line in input) process.StandardInput.Write(line + "\n");
            process.StandardInput.Close();
            process.WaitForExit();
            Assert.SkipWhen(errors.Result.Contains("ModuleNotFoundError", StringComparison.Ordinal), errors.Result);
            process.ExitCode.ShouldBe(0, errors.Result);
            return (output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries), errors.Result);
        }
    }
}
