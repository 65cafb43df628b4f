using Swift.Models.Config;
using Swift.Models.Decoders;
using Swift.Models.Gguf;
using Swift.Models.Safetensors;
using Swift.Models.Tests.Decoders;
using Swift.Models.Tests.Folders;
using static TorchSharp.torch;

namespace Swift.Models.Tests.Gguf;

/// <summary>Models with random weights, norms and biases, exported by us, computed by llama.cpp in 32 bits.</summary>
public sealed class LlamaCppLogitsTests
{
    private const double Tolerance = 1e-3;

    private static readonly int[] Ids = TinyModels.Ids(40, 280, 7);

    private static readonly RopeConfig Longrope = new()
    {
        Type = RopeType.Longrope, OriginalMaxPositionEmbeddings = 128,
        ShortFactors = [.. Enumerable.Range(0, 8).Select(i => 1 + i / 20.0)], LongFactors = [.. Enumerable.Range(0, 8).Select(i => 1 + i / 3.0)],
    };

    [Fact]
    public Task Every_family_gives_the_same_logits_in_llama_cpp() =>
        LogitsAgree([.. DecoderFamilies.ModelTypes.Select(modelType => new Case(modelType, modelType, config => config))]);

    [Fact]
    public Task Every_variant_of_a_family_gives_the_same_logits_in_llama_cpp() => LogitsAgree(
    [
        new("llama, a key head a query", "llama", config => config with { NumKeyValueHeads = config.NumAttentionHeads }),
        new("llama, one key head", "llama", config => config with { NumKeyValueHeads = 1 }),
        new("llama, tied", "llama", config => config with { TieWordEmbeddings = true }),
        new("llama, biases", "llama", config => config with { QueryKeyValueBias = true, OutputBias = true, MlpBias = true }),
        new("qwen2, tied", "qwen2", config => config with { TieWordEmbeddings = true }),
        new("qwen3, untied", "qwen3", config => config with { TieWordEmbeddings = false }),
        new("mistral, within its window", "mistral", config => config with { SlidingWindow = 64 }),
        new("gemma2, without caps", "gemma2", config => config with { AttnLogitSoftcapping = null, FinalLogitSoftcapping = null }),
        new("gemma2, caps that bite", "gemma2", config => config with { AttnLogitSoftcapping = 0.5, FinalLogitSoftcapping = 0.7 }),
        new("gemma3_text, final cap", "gemma3_text", config => config with { FinalLogitSoftcapping = 0.7 }),
        new("mixtral, one expert chosen", "mixtral", config => config with { NumExpertsPerTok = 1 }),
        new("qwen3_moe, many experts", "qwen3_moe", config => config with { NumExperts = 16, NumExpertsPerTok = 5 }),
    ]);

    [Fact]
    public Task Every_rotation_gives_the_same_logits_in_llama_cpp() => LogitsAgree(
    [
        new("phi3, half of each head", "phi3", config => config with { PartialRotaryFactor = 0.5 }),
        Rotation("llama", new RopeConfig(50_000) { Type = RopeType.Linear, Factor = 3 }),
        Rotation("gemma3_text", new RopeConfig(1_000_000) { Type = RopeType.Linear, Factor = 8 }),
        Rotation("qwen2", new RopeConfig { Type = RopeType.Dynamic, Factor = 3, OriginalMaxPositionEmbeddings = 100 }),
        Rotation("llama", new RopeConfig { Type = RopeType.Llama3, Factor = 8, OriginalMaxPositionEmbeddings = 32 }),
        Rotation("qwen2", new RopeConfig(1_000_000) { Type = RopeType.Yarn, Factor = 4, OriginalMaxPositionEmbeddings = 64 }),
        Rotation("qwen3", new RopeConfig(1_000_000) { Type = RopeType.Yarn, Factor = 4, OriginalMaxPositionEmbeddings = 64 }),
        Rotation("llama", new RopeConfig { Type = RopeType.Yarn, Factor = 4, OriginalMaxPositionEmbeddings = 64, AttentionFactor = 0.8 }),
        Rotation("qwen3_moe", new RopeConfig { Type = RopeType.Yarn, Factor = 2, OriginalMaxPositionEmbeddings = 128 }),
        Rotation("phi3", Longrope),
        Rotation("phi3", Longrope with { OriginalMaxPositionEmbeddings = 256 }),
    ]);

    /// <summary>
    /// One process for all models: most of the time goes into starting it. On a processor llama.cpp looks GELU up in a table from
    /// 16 bits to 16 bits (GGML_GELU_FP16), which moves Gemma's logits by some 1e-3 from the formulas. There ours are held against the
    /// formulas in 64 bits, and llama.cpp's against the same formulas with that table in place of GELU.
    /// </summary>
    private static async Task LogitsAgree(IReadOnlyList<Case> cases)
    {
        using var folder = new TemporaryFolder();
        Write(folder, cases);

        var logits = await LlamaCpp.Logits([.. cases.Index().Select(item => folder[$"{item.Index}.gguf"])], Ids);

        // Gradients are off by thread: only behind the last await.
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        foreach (var (index, (name, modelType, _)) in cases.Index())
        {
            using var model = CausalLanguageModel.Load(folder[$"{modelType}-{index}"], CPU);
            var ours = TinyModels.Alone(model.Decoder, Ids);
            var theirs = tensor(logits[index]).view(Ids.Length, -1);
            var difference = TinyModels.LargestDifference(ours, theirs);
            theirs.std().item<float>().ShouldBeGreaterThan(0.25f, name);
            var line = $"| {name} | {difference:e1} | {theirs.min().item<float>():f2} to {theirs.max().item<float>():f2} |";
            if (model.Config.Activation == Activation.GeluTanh)
            {
                var (formulas, table) = (Naive(model.Decoder, geluByTable: false), Naive(model.Decoder, geluByTable: true));
                Print($"{line} ours to the formulas {TinyModels.LargestDifference(ours, formulas):e1}, theirs with the table {TinyModels.LargestDifference(theirs, table):e1}");
                TinyModels.LargestDifference(ours, formulas).ShouldBeLessThan(1e-4, name);
                TinyModels.LargestDifference(theirs, table).ShouldBeLessThan(Tolerance, name);
            }
            else
            {
                Print(line);
                difference.ShouldBeLessThan(Tolerance, name);
            }
            using var again = Load(folder[$"{index}.gguf"]);
            TinyModels.LargestDifference(TinyModels.Alone(again, Ids), ours).ShouldBeLessThan(1e-4, name);
        }
    }

    /// <summary>The formulas in 64 bits.</summary>
    private static Tensor Naive(Decoder decoder, bool geluByTable) =>
        tensor(NaiveDecoder.Of(decoder, geluByTable).Logits(Ids).SelectMany(row => row).ToArray()).view(Ids.Length, -1);

    private static void Write(TemporaryFolder folder, IReadOnlyList<Case> cases)
    {
        foreach (var (index, (_, modelType, change)) in cases.Index())
        {
            var path = TinyFolders.Model(folder, modelType, seed: index);
            var config = change(ModelConfigFile.Load(path));
            using var decoder = TinyModels.Create(config, index);
            ModelConfigFile.Save(config, path);
            SafetensorsModel.Save(decoder, path);
            ModelExport.ToGguf(path, "f32", folder[$"{index}.gguf"]);
        }
    }

    private static Case Rotation(string modelType, RopeConfig rope) => new($"{modelType}, {rope.Type}", modelType, config => config with { Rope = rope });

    private static Decoder Load(string gguf)
    {
        using var file = GgufFile.Open(gguf);
        var decoder = new Decoder(GgufModel.Config(file), CPU);
        GgufModel.Load(decoder, file);
        return decoder;
    }

    private static void Print(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);

    private sealed record Case(string Name, string ModelType, Func<ModelConfig, ModelConfig> Change);
}
