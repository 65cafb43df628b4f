using Swift.Models.Config;
using Swift.Models.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace Swift.Models.Tests.Decoders;

/// <summary>Shapes small enough for brute force, with every part in use.</summary>
internal static class TinyModels
{
    public static ModelConfig Llama { get; } = new()
    {
        ModelType = "llama", VocabSize = 40, HiddenSize = 24, IntermediateSize = 36, NumHiddenLayers = 2,
        NumAttentionHeads = 6, NumKeyValueHeads = 2, HeadDim = 8, MaxPositionEmbeddings = 64,
        TieWordEmbeddings = false, QueryKeyValueBias = true, OutputBias = true, MlpBias = true, InitializerRange = 0.4,
    };

    public static ModelConfig Qwen3 { get; } = new()
    {
        ModelType = "qwen3", VocabSize = 40, HiddenSize = 24, IntermediateSize = 36, NumHiddenLayers = 3,
        NumAttentionHeads = 4, NumKeyValueHeads = 4, HeadDim = 8, MaxPositionEmbeddings = 64,
        TieWordEmbeddings = true, InitializerRange = 0.4, Rope = new RopeConfig(1_000_000),
    };

    public static ModelConfig Sliding { get; } = Qwen3 with
    {
        NumKeyValueHeads = 2, SlidingWindow = 3, SlidingLayers = [true, false, true],
    };

    public static ModelConfig Mistral { get; } = Llama with
    {
        ModelType = "mistral", QueryKeyValueBias = false, OutputBias = false, MlpBias = false, SlidingWindow = 4,
    };

    public static ModelConfig Qwen2 { get; } = Llama with
    {
        ModelType = "qwen2", OutputBias = false, MlpBias = false, TieWordEmbeddings = true,
    };

    public static ModelConfig Gemma2 { get; } = Qwen3 with
    {
        ModelType = "gemma2", NumKeyValueHeads = 2, SlidingWindow = 3, SlidingLayers = [true, false, true], Activation = Activation.GeluTanh,
        QueryPreAttnScalar = 5, AttnLogitSoftcapping = 2.5, FinalLogitSoftcapping = 4, QueryKeyValueBias = true, OutputBias = true,
    };

    public static ModelConfig Gemma3 { get; } = Gemma2 with
    {
        ModelType = "gemma3_text", AttnLogitSoftcapping = null, FinalLogitSoftcapping = null, QueryKeyValueBias = false, OutputBias = false,
        SlidingRope = new RopeConfig(10_000),
    };

    public static ModelConfig Phi3 { get; } = Llama with
    {
        ModelType = "phi3", QueryKeyValueBias = false, OutputBias = false, MlpBias = false, PartialRotaryFactor = 0.5,
    };

    public static ModelConfig Mixtral { get; } = Llama with
    {
        ModelType = "mixtral", QueryKeyValueBias = false, OutputBias = false, MlpBias = false,
        NumExperts = 5, NumExpertsPerTok = 2, MoeIntermediateSize = 36, NormTopkProb = true, RouterAuxLossCoef = 0.02,
    };

    public static ModelConfig Qwen3Moe { get; } = Qwen3 with
    {
        ModelType = "qwen3_moe", NumExperts = 4, NumExpertsPerTok = 3, MoeIntermediateSize = 20, DenseLayers = [1],
    };

    private static readonly Dictionary<string, ModelConfig> ByNames = new()
    {
        ["gemma2"] = Gemma2, ["gemma3"] = Gemma3, ["phi3"] = Phi3, ["mixtral"] = Mixtral, ["qwen3_moe"] = Qwen3Moe,
        ["llama"] = Llama, ["mistral"] = Mistral, ["qwen2"] = Qwen2, ["qwen3"] = Qwen3, ["sliding"] = Sliding,
    };

    public static TheoryData<string> Names => [.. ByNames.Keys];

    public static ModelConfig ByName(string name) => ByNames[name];

    /// <summary>Random weights; norms and biases are made random as well, so that a forgotten one shows.</summary>
    public static Decoder Create(ModelConfig config, long seed = 1, ScalarType type = ScalarType.Float32)
    {
        var decoder = new Decoder(config, CPU, type);
        DecoderInitialization.Initialize(decoder, seed);
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        foreach (var parameter in decoder.Parameters.Where(parameter => parameter.Kind != ParameterKind.Weight))
        {
            var size = (int)parameter.Value.numel();
            parameter.Value.add_(tensor([.. Enumerable.Range(0, size).Select(i => 0.3f * MathF.Sin(i * 1.7f + size))]));
        }
        return decoder;
    }

    public static int[] Ids(int count, int vocab, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(vocab))];
    }

    /// <summary>[1, seq] from ids.</summary>
    public static Tensor Row(IEnumerable<int> ids) => tensor([.. ids.Select(id => (long)id)]).unsqueeze(0);

    /// <summary>Logits of one sequence by itself, [seq, vocab].</summary>
    public static Tensor Alone(Decoder decoder, int[] ids)
    {
        using var scope = NewDisposeScope();
        using var attention = new CausalAttention(ids.Length);
        return decoder.Forward(Row(ids), arange(ids.Length, ScalarType.Int64).unsqueeze(0), attention)
            .squeeze(0).MoveToOuterDisposeScope();
    }

    public static double LargestDifference(Tensor a, Tensor b) => a.sub(b).abs().max().to(ScalarType.Float64).item<double>();
}
