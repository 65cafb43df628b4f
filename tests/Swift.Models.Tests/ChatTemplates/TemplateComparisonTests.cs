using System.Text.Json;
using Swift.Contracts.Experiments;
using Swift.Models.ChatTemplates.Jinja;
using Swift.Models.Tests.Tokenizers;

namespace Swift.Models.Tests.ChatTemplates;

/// <summary>The chat templates that llama.cpp ships, against Hugging Face's JavaScript engine.</summary>
public sealed class TemplateComparisonTests
{
    [Fact]
    public void Every_template_of_llama_cpp_renders_as_in_Hugging_Faces_engine()
    {
        var folder = ComparisonEngines.Require("llama.cpp", "models", "templates");
        ComparisonEngines.Require("node_modules", "@huggingface", "jinja");
        var contexts = ComparisonEngines.Run("contexts.mjs", []).Lines;
        var byName = contexts.Select(line => JsonDocument.Parse(line).RootElement).ToDictionary(entry => entry.GetProperty("name").GetString()!, entry => entry.GetProperty("context"));
        int same = 0, bothRefuse = 0, onlyOurs = 0;
        var differences = new List<string>();
        foreach (var line in ComparisonEngines.Run("templates.mjs", contexts, folder).Lines)
        {
            var theirs = JsonDocument.Parse(line).RootElement;
            var (file, name) = (theirs.GetProperty("template").GetString()!, theirs.GetProperty("context").GetString()!);
            string? text = null, error = null;
            try
            {
                text = JinjaTemplate.Parse(File.ReadAllText(Path.Combine(folder, file)), file).Render(byName[name]);
            }
            catch (SwiftException exception)
            {
                error = exception.Message;
            }
            if (theirs.TryGetProperty("text", out var expected))
            {
                if (text == expected.GetString()) same++;
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
        TestContext.Current.TestOutputHelper?.WriteLine($"same {same}, refused by both {bothRefuse}, rendered only by ours {onlyOurs}, different {differences.Count}");
        foreach (var difference in differences) TestContext.Current.TestOutputHelper?.WriteLine(difference);
        differences.ShouldBeEmpty();
        same.ShouldBeGreaterThan(0);
    }

    private static string FirstDifference(string expected, string actual)
    {
        var at = expected.AsSpan().CommonPrefixLength(actual);
        string Part(string text) => JsonSerializer.Serialize(text[Math.Max(0, at - 30)..Math.Min(text.Length, at + 60)]);
        return $"at {at}, theirs {Part(expected)}, ours {Part(actual)}";
    }
}
