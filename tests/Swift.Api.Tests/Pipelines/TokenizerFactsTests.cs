using System.Text;
using Swift.Api.Pipelines.Inputs;
using Swift.Testing;

namespace Swift.Api.Tests.Pipelines;

/// <summary>Whatever tokenizer the workers read is taken at the door, and its size known.</summary>
public sealed class TokenizerFactsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0, "b": 4}, "merges": []}, "added_tokens": [{"id": 7, "content": "<s>"}]}""", 8)]
    [InlineData("""{"model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0], ["a", -1.5], ["b", -2]]}}""", 3)]
    [InlineData("""{"model": {"type": "Unigram", "vocab": [["a", -1.5]]}, "added_tokens": [{"id": 1, "content": "<s>"}]}""", 2)]
    [InlineData("""{"model": {"type": "WordPiece", "vocab": {"[UNK]": 0, "##a": 1}}}""", 2)]
    [InlineData("""{"model": {"type": "WordLevel", "unk_token": "a", "vocab": {"a": 0}}}""", 1)]
    [InlineData("""{"model": {"vocab": [["a", -1], ["b", -2]]}}""", 2)]
    [InlineData("""{"model": {"merges": [], "vocab": {"a": 0}}}""", 1)]
    public void Every_kind_of_tokenizer_json_is_taken(string json, int size)
    {
        Write("tokenizer.json", json);
        IsTaken(_folder.Path, size);
        IsTaken(_folder["tokenizer.json"], size);
    }

    [Fact]
    public void A_tokenizer_model_is_taken()
    {
        // Two pieces with a text and a score, then the settings of the training.
        File.WriteAllBytes(_folder["tokenizer.model"], [.. Piece("<unk>"), .. Piece("\u2581a"), 0x12, 2, 0x18, 1]);
        IsTaken(_folder.Path, 2);
        IsTaken(_folder["tokenizer.model"], 2);

        static byte[] Piece(string text) => [0x0A, (byte)(Encoding.UTF8.GetByteCount(text) + 7), 0x0A, (byte)Encoding.UTF8.GetByteCount(text), .. Encoding.UTF8.GetBytes(text), 0x15, 0, 0, 128, 191];
    }

    [Fact]
    public void A_vocabulary_in_two_files_is_taken_with_the_tokens_added_beside_it()
    {
        Write("vocab.json", """{"a": 0, "b": 1}""");
        IsRefused(_folder.Path, "holds no tokenizer");
        Write("merges.txt", "#version: 0.2\na b\n");
        IsTaken(_folder.Path, 2);
        Write("tokenizer_config.json", """{"added_tokens_decoder": {"5": {"content": "<|im_end|>"}}}""");
        IsTaken(_folder.Path, 6);
        Write("added_tokens.json", """{"<|im_start|>": 8}""");
        IsTaken(_folder.Path, 9);
        Write("added_tokens.json", "{");
        IsRefused(_folder.Path, "added_tokens.json is not valid JSON");
    }

    [Fact]
    public void A_damaged_tokenizer_model_is_refused_and_named()
    {
        foreach (var bytes in (byte[][])[[0x0A, 200, 1, 65], [0x0A], [0x07], [.. Enumerable.Repeat((byte)0xFF, 30)], [0x12, 0]])
        {
            File.WriteAllBytes(_folder["tokenizer.model"], bytes);
            IsRefused(_folder.Path, $"{_folder["tokenizer.model"]} is no SentencePiece model");
        }
    }

    [Fact]
    public void The_files_of_every_format_are_taken_in()
    {
        foreach (var name in (string[])["tokenizer.json", "tokenizer.model", "vocab.json", "merges.txt", "added_tokens.json"])
            TokenizerFacts.IsTokenizerFile(name).ShouldBeTrue(name);
        TokenizerFacts.IsTokenizerFile("model.safetensors").ShouldBeFalse();
    }

    private void Write(string name, string text) => File.WriteAllText(_folder[name], text);

    private static void IsTaken(string path, int size)
    {
        TokenizerFacts.Read(path, out var problem)!.Size.ShouldBe(size);
        problem.ShouldBeNull();
    }

    private static void IsRefused(string path, string message)
    {
        TokenizerFacts.Read(path, out var problem).ShouldBeNull();
        problem.ShouldNotBeNull().ShouldContain(message);
    }

    public void Dispose() => _folder.Dispose();
}
