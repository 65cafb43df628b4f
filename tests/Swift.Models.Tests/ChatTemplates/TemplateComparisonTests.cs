using System.Text.Json;
using Swift.Contracts.Experiments;
using Swift.Models.ChatTemplates.Jinja;
using Swift.Models.Tests.Tokenizers;

namespace Swift.Models.Tests.ChatTemplates;

/// <summary>The chat templates that llama.cpp ships, against Jinja set up as Hugging Face does, and against Hugging Face's JavaScript engine.</summary>
public sealed class TemplateComparisonTests
{
    /// <summary>Where Hugging Face's JavaScript engine itself departs from Jinja: it joins texts and lists, prints None as nothing, and its strip takes no characters.</summary>
    private static readonly string[] JavaScriptDepartures = ["parts", "spaces", "tool_call"];

    /// <summary>It adds texts to a <c>safe</c> one, which in Python escapes them as HTML; here, as in JavaScript, <c>safe</c> gives the plain text.</summary>
    private const string AddsToSafeText = "meetkai-functionary-medium-v3.1.jinja";

    [Fact]
    public void Every_template_of_llama_cpp_renders_as_in_Jinja() =>
        Compare("templates.py", (file, name) => file == AddsToSafeText && name.StartsWith("tool", StringComparison.Ordinal));

    [Fact]
    public void Every_template_of_llama_cpp_renders_as_in_Hugging_Faces_JavaScript_engine()
    {
        ComparisonEngines.Require("node_modules", "@huggingface", "jinja");
        Compare("templates.mjs", (_, name) => JavaScriptDepartures.Contains(name));
    }

    private static void Compare(string script, Func<string, string, bool> isExcused)
    {
        var folder = ComparisonEngines.Require("llama.cpp", "models", "templates");
        var contexts = ComparisonEngines.Run("contexts.mjs", []).Lines;
        var byName = contexts.Select(line => JsonDocument.Parse(line).RootElement).ToDictionary(entry => entry.GetProperty("name").GetString()!, entry => entry.GetProperty("context"));
        int same = 0, bothRefuse = 0, onlyOurs = 0, excused = 0;
        var differences = new List<string>();
        foreach (var line in ComparisonEngines.Run(script, contexts, folder).Lines)
        {
            var theirs = JsonDocument.Parse(line).RootElement;
            var (file, name) = (theirs.GetProperty("template").GetString()!, theirs.GetProperty("context").GetString()!);
            var (text, error) = Render(Path.Combine(folder, file), byName[name]);
            if (theirs.TryGetProperty("text", out var expected))
            {
                if (text == expected.GetString()) same++;
                else if (isExcused(file, name)) excused++;
                else differences.Add($"{file} {name}: {error ?? FirstDifference(expected.GetString()!, text!)}");
            }
            else if (text is null)
            {
                bothRefuse++;
            }
            else
            {
                onlyOurs++;
                TestContext.Current.TestOutputHelper?.WriteLine($"only ours renders {file} {name}: {theirs.GetProperty("error").GetString()}");
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"same {same}, refused by both {bothRefuse}, rendered only by ours {onlyOurs}, excused {excused}, different {differences.Count}");
        differences.ShouldBeEmpty();
        same.ShouldBeGreaterThan(0);
    }

    private static (string? Text, string? Error) Render(string path, JsonElement context)
    {
        try
        {
            return (JinjaTemplate.Parse(File.ReadAllText(path), path).Render(context), null);
        }
        catch (SwiftException exception)
        {
            return (null, exception.Message);
        }
    }

    private static string FirstDifference(string expected, string actual)
    {
        var at = expected.AsSpan().CommonPrefixLength(actual);
        string Part(string text) => JsonSerializer.Serialize(text[Math.Max(0, at - 30)..Math.Min(text.Length, at + 60)]);
        return $"at {at}, theirs {Part(expected)}, ours {Part(actual)}";
    }
}
