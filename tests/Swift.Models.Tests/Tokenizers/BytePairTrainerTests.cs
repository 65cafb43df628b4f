using Swift.Contracts.Experiments;
using Swift.Models.Tokenizers;

namespace Swift.Models.Tests.Tokenizers;

public sealed class BytePairTrainerTests
{
    private static readonly string[] Corpus =
    [
        "low low low low low lower lower newest newest newest newest newest newest widest widest widest",
        "Lily had 3 apples and 12 pears. How many pieces of fruit did she have?\nShe had 15.",
        "中文字符 and 中文, 👍👍 <|im_start|>user\nhi<|im_end|>",
    ];

    [Fact]
    public void The_most_frequent_pair_is_merged_first_and_ties_go_to_the_smaller_ids()
    {
        using var folder = new TemporaryFolder();
        BytePairTrainer.Train(["ab cd ab cd ab cd"], new() { VocabularySize = 256 + 3 + 3 }, folder.Path);
        var lines = File.ReadAllText(folder["tokenizer.json"]);
        var merges = System.Text.Json.JsonDocument.Parse(lines).RootElement.GetProperty("model").GetProperty("merges");
        // "ab", "cd" and "Ġc" occur three times, "Ġa" twice; a is before c, and c before Ġ.
        merges.EnumerateArray().Select(merge => merge.GetString()).ShouldBe(["a b", "c d", "Ġ cd"]);
    }

    [Theory]
    [InlineData(270)]
    [InlineData(400)]
    public void Incremental_counts_give_the_merges_of_counting_anew(int vocabularySize)
    {
        using var folder = new TemporaryFolder();
        BytePairTrainer.Train(Corpus, new() { VocabularySize = vocabularySize }, folder.Path);
        var merges = System.Text.Json.JsonDocument.Parse(File.ReadAllText(folder["tokenizer.json"])).RootElement
            .GetProperty("model").GetProperty("merges").EnumerateArray().Select(merge => merge.GetString()!).ToList();
        merges.ShouldBe(BruteForceBytePairs.Merges(Corpus, vocabularySize - 3));
    }

    [Fact]
    public void The_same_texts_in_another_order_give_the_same_bytes()
    {
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        BytePairTrainer.Train(Corpus, new() { VocabularySize = 350 }, first.Path);
        BytePairTrainer.Train(Corpus.Reverse(), new() { VocabularySize = 350 }, second.Path);
        foreach (var file in new[] { "tokenizer.json", "tokenizer_config.json" })
        {
            File.ReadAllBytes(second[file]).ShouldBe(File.ReadAllBytes(Path.Combine(first.Path, file)));
        }
    }

    [Fact]
    public void A_trained_tokenizer_knows_its_special_tokens()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = BytePairTrainer.Train(Corpus, new() { VocabularySize = 300, MinimumFrequency = 1 }, folder.Path);
        tokenizer.VocabularySize.ShouldBe(300);
        tokenizer.EosTokenId.ShouldBe(299);
        tokenizer.PadTokenId.ShouldBe(297);
        tokenizer.BosTokenId.ShouldBeNull();
        tokenizer.AddBos.ShouldBeFalse();
        tokenizer.StopTokenIds.ShouldBe([299, 297], ignoreOrder: true);
        tokenizer.Encode("<|im_start|>").ShouldBe([298]);
        tokenizer.Encode("<|im_start|>", parseSpecialTokens: false).Length.ShouldBeGreaterThan(1);
        tokenizer.Decode([298, 299], skipSpecialTokens: true).ShouldBe("");
        tokenizer.Decode([298, 299], skipSpecialTokens: false).ShouldBe("<|im_start|><|im_end|>");
    }

    [Fact]
    public void Every_text_comes_back_from_its_ids_and_token_by_token()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = BytePairTrainer.Train(Corpus, new() { VocabularySize = 340, MinimumFrequency = 1 }, folder.Path);
        for (var seed = 0; seed < 3000; seed++)
        {
            // NFC is what the tokenizer keeps, and normalising twice changes nothing.
            var text = tokenizer.Decode(tokenizer.Encode(RandomText.Create(seed)), skipSpecialTokens: false);
            var ids = tokenizer.Encode(text);
            tokenizer.Decode(ids, skipSpecialTokens: false).ShouldBe(text);
            var detokenizer = tokenizer.CreateDetokenizer(skipSpecialTokens: false);
            string.Concat([.. ids.Select(detokenizer.Append), detokenizer.Finish()]).ShouldBe(text);
        }
    }

    [Fact]
    public void Random_ids_decode_to_the_same_text_at_once_and_token_by_token()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = BytePairTrainer.Train(Corpus, new() { VocabularySize = 340, MinimumFrequency = 1 }, folder.Path);
        var random = new Random(1);
        for (var round = 0; round < 2000; round++)
        {
            var ids = new int[random.Next(1, 30)];
            for (var i = 0; i < ids.Length; i++) ids[i] = random.Next(-1, 345);
            var detokenizer = tokenizer.CreateDetokenizer();
            string.Concat([.. ids.Select(detokenizer.Append), detokenizer.Finish()]).ShouldBe(tokenizer.Decode(ids));
        }
    }

    [Fact]
    public void A_vocabulary_smaller_than_the_bytes_is_refused()
    {
        using var folder = new TemporaryFolder();
        Should.Throw<SwiftException>(() => BytePairTrainer.Train(Corpus, new() { VocabularySize = 258 }, folder.Path)).Reason.Code.ShouldBe("vocabulary_too_small");
        Should.Throw<SwiftException>(() => BytePairTrainer.Train([], new() { VocabularySize = 300 }, folder.Path)).Reason.Code.ShouldBe("dataset_empty");
    }
}
