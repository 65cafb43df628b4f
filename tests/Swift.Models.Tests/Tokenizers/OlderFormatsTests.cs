using Swift.Contracts.Experiments;
using Swift.Models.Tokenizers;
using Swift.Models.Tokenizers.Conversion;

namespace Swift.Models.Tests.Tokenizers;

/// <summary>Tokenizers that came before tokenizer.json.</summary>
public sealed class OlderFormatsTests
{
    [Fact]
    public void A_folder_with_a_SentencePiece_model_loads_with_its_special_tokens()
    {
        using var folder = new TemporaryFolder();
        SmallTokenizers.WriteSentencePiece(folder["tokenizer.model"], isBytePair: true);
        var tokenizer = TokenizerFile.Load(folder.Path);
        tokenizer.BosTokenId.ShouldBe(1);
        tokenizer.EosTokenId.ShouldBe(2);
        tokenizer.AddBos.ShouldBeTrue();
        foreach (var text in new[] { "hello world", "  two  spaces ", "never seen: \u2603\u00FF\n" })
        {
            tokenizer.Decode(tokenizer.Encode(text)).ShouldBe(text);
            tokenizer.EncodeWithSpecialTokens(text).ShouldBe([1, .. tokenizer.Encode(text)]);
        }
        folder.Write("tokenizer_config.json", """{"add_bos_token": false, "add_eos_token": true, "bos_token": "<s>", "eos_token": "</s>"}""");
        TokenizerFile.Load(folder.Path).EncodeWithSpecialTokens("hello").ShouldBe([.. tokenizer.Encode("hello"), 2]);
    }

    [Fact]
    public void A_vocabulary_and_its_merges_give_the_ids_of_the_tokenizer_json_they_stand_for()
    {
        using var whole = new TemporaryFolder();
        using var parts = new TemporaryFolder();
        SmallTokenizers.Write("qwen2", whole.Path);
        var json = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllBytes(whole["tokenizer.json"]))!;
        parts.Write("vocab.json", json["model"]!["vocab"]!.ToJsonString());
        parts.Write("merges.txt", "#version: 0.2\n" + string.Join('\n', json["model"]!["merges"]!.AsArray().Select(merge => merge!.GetValue<string>())) + "\n");
        File.Copy(whole["tokenizer_config.json"], parts["tokenizer_config.json"]);
        var (first, second) = (TokenizerFile.Load(whole.Path), TokenizerFile.Load(parts.Path));
        second.VocabularySize.ShouldBe(first.VocabularySize);
        second.StopTokenIds.ShouldBe(first.StopTokenIds, ignoreOrder: true);
        for (var seed = 0; seed < 200; seed++) second.Encode(RandomText.Create(seed)).ShouldBe(first.Encode(RandomText.Create(seed)));
    }

    [Fact]
    public void A_class_whose_word_pattern_stands_nowhere_is_refused()
    {
        using var folder = new TemporaryFolder();
        folder.Write("vocab.json", """{"a": 0}""");
        folder.Write("merges.txt", "");
        folder.Write("tokenizer_config.json", """{"tokenizer_class": "CLIPTokenizer"}""");
        Should.Throw<SwiftException>(() => TokenizerFile.Load(folder.Path)).Reason.Code.ShouldBe("tokenizer_unsupported");
    }

    [Fact]
    public void A_damaged_model_is_refused_wherever_it_is_cut()
    {
        using var folder = new TemporaryFolder();
        SmallTokenizers.WriteSentencePiece(folder["tokenizer.model"], isBytePair: true);
        var bytes = File.ReadAllBytes(folder["tokenizer.model"]);
        var refused = 0;
        for (var length = 0; length < bytes.Length; length += 37)
        {
            try
            {
                SentencePieceModel.Read(bytes.AsSpan(0, length), "tokenizer.model");
            }
            catch (SwiftException refusal)
            {
                refusal.Reason.Code.ShouldBe("tokenizer_invalid");
                refused++;
            }
        }
        refused.ShouldBeGreaterThan(bytes.Length / 37 / 2);
    }

    [Fact]
    public void A_folder_without_any_tokenizer_is_named()
    {
        using var folder = new TemporaryFolder();
        Should.Throw<SwiftException>(() => TokenizerFile.Load(folder.Path)).Reason.Code.ShouldBe("tokenizer_missing");
    }
}
