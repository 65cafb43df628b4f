using Swift.Models.Gguf;
using Swift.Models.Tokenizers;

namespace Swift.Models.Tests.Tokenizers;

public sealed class GgufTokenizerTests
{
    [Fact]
    public void The_stories_vocabulary_encodes_as_SentencePiece_does()
    {
        using var file = GgufFile.Open(SharedData.Require("data/stories260K.gguf"));
        var tokenizer = GgufTokenizer.From(file);
        tokenizer.VocabularySize.ShouldBe(512);
        tokenizer.BosTokenId.ShouldBe(1);
        tokenizer.EosTokenId.ShouldBe(2);
        tokenizer.AddBos.ShouldBeTrue();
        foreach (var text in new[] { "Once upon a time, there was a little girl named Lily.", " two  spaces", "é👍\n", "" })
        {
            var ids = tokenizer.Encode(text);
            tokenizer.Decode(ids).ShouldBe(text);
            var detokenizer = tokenizer.CreateDetokenizer();
            string.Concat([.. ids.Select(detokenizer.Append), detokenizer.Finish()]).ShouldBe(text);
        }
        tokenizer.EncodeWithSpecialTokens("Once upon a time").ShouldBe([1, .. tokenizer.Encode("Once upon a time")]);
        tokenizer.Encode("Once upon a time").Select(tokenizer.IdToToken).ShouldBe(["\u2581Once", "\u2581upon", "\u2581a", "\u2581time"]);
    }

    [Theory]
    [InlineData("llama-spm")]
    [InlineData("llama-bpe")]
    [InlineData("phi-3")]
    [InlineData("qwen2")]
    [InlineData("qwen35")]
    [InlineData("gpt-2")]
    [InlineData("deepseek-llm")]
    [InlineData("deepseek-coder")]
    [InlineData("falcon")]
    [InlineData("mpt")]
    [InlineData("starcoder")]
    [InlineData("refact")]
    [InlineData("command-r")]
    [InlineData("bert-bge")]
    [InlineData("gemma-4")]
    public void The_vectors_of_llama_cpp_come_out(string name)
    {
        var path = ComparisonEngines.Require("llama.cpp", "models", $"ggml-vocab-{name}.gguf");
        using var file = GgufFile.Open(path);
        var tokenizer = GgufTokenizer.From(file);
        const string separator = "\n__ggml_vocab_test__\n";
        var input = File.ReadAllText(path + ".inp");
        var texts = (input.EndsWith(separator, StringComparison.Ordinal) ? input[..^separator.Length] : input).Split(separator);
        var expected = File.ReadAllLines(path + ".out").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToArray()).ToArray();
        texts.Length.ShouldBe(expected.Length);
        var wrong = new List<string>();
        for (var i = 0; i < texts.Length; i++)
        {
            var ids = tokenizer.Encode(texts[i], parseSpecialTokens: false);
            if (!ids.SequenceEqual(expected[i])) wrong.Add($"{texts[i]} -> [{string.Join(' ', ids)}], not [{string.Join(' ', expected[i])}]");
        }
        wrong.ShouldBeEmpty();
        TestContext.Current.TestOutputHelper?.WriteLine($"{texts.Length} vectors");
    }
}
