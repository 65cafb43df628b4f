namespace Swift.Models.Config;

/// <summary>The families this build knows, by <c>model_type</c>.</summary>
public static class DecoderFamilies
{
    private static readonly DecoderFamily[] Rows =
    [
        new()
        {
            ModelType = "llama", Architecture = "LlamaForCausalLM", GgufArchitecture = "llama", InterleavedInGguf = true,
            AttentionBiases = AttentionBiases.Configurable, MlpBiasConfigurable = true,
        },
        new()
        {
            ModelType = "mistral", Architecture = "MistralForCausalLM", GgufArchitecture = "llama", InterleavedInGguf = true,
            DefaultSlidingWindow = 4096,
        },
        new()
        {
            ModelType = "qwen2", Architecture = "Qwen2ForCausalLM", HiddenLayerRewardArchitecture = "Qwen2ForRewardModel", GgufArchitecture = "qwen2", SquareOutputInGguf = true,
            AttentionBiases = AttentionBiases.QueryKeyValue, SlidingIsOptional = true,
        },
        new()
        {
            ModelType = "qwen3", Architecture = "Qwen3ForCausalLM", GgufArchitecture = "qwen3", QueryKeyNorm = true,
            AttentionBiases = AttentionBiases.Configurable, SlidingIsOptional = true, DefaultHeadDim = 128,
        },
        new()
        {
            ModelType = "gemma2", Architecture = "Gemma2ForCausalLM", GgufArchitecture = "gemma2", SlidesInGguf = true, LayersOfWideScaleInGguf = 46,
            SandwichNorms = true, CentredNorms = true, ScaledEmbeddings = true, Activation = Activation.GeluTanh,
            AttentionBiases = AttentionBiases.Configurable, SoftcappingConfigurable = true, DefaultQueryPreAttnScalar = 256,
            DefaultAttnLogitSoftcapping = 50, DefaultFinalLogitSoftcapping = 30, DefaultSlidingWindow = 4096, FullLayerEvery = 2,
            DefaultHeadDim = 256, DefaultMaxPositionEmbeddings = 8192, DefaultTieWordEmbeddings = true,
        },
        new()
        {
            ModelType = "gemma3_text", Architecture = "Gemma3ForCausalLM", GgufArchitecture = "gemma3", SlidesInGguf = true, LayersOfWideScaleInGguf = 62,
            SandwichNorms = true, CentredNorms = true, ScaledEmbeddings = true, Activation = Activation.GeluTanh, QueryKeyNorm = true,
            AttentionBiases = AttentionBiases.Configurable, SoftcappingConfigurable = true, DefaultQueryPreAttnScalar = 256,
            DefaultSlidingWindow = 4096, FullLayerEvery = 6, DefaultSlidingRopeTheta = 10_000, DefaultRopeTheta = 1_000_000,
            DefaultHeadDim = 256, DefaultMaxPositionEmbeddings = 131_072, DefaultTieWordEmbeddings = true,
        },
        new()
        {
            ModelType = "phi3", Architecture = "Phi3ForCausalLM", GgufArchitecture = "phi3", FusedProjections = true, SquareOutputInGguf = true,
            DefaultMaxPositionEmbeddings = 4096, DefaultRmsNormEps = 1e-5,
        },
        new()
        {
            ModelType = "mixtral", Architecture = "MixtralForCausalLM", GgufArchitecture = "llama", InterleavedInGguf = true,
            Experts = new ExpertNames("block_sparse_moe", "w1", "w3", "w2", "num_local_experts", "intermediate_size", 8, 2),
            DefaultRopeTheta = 1_000_000, DefaultMaxPositionEmbeddings = 131_072, DefaultRmsNormEps = 1e-5,
        },
        new()
        {
            ModelType = "qwen3_moe", Architecture = "Qwen3MoeForCausalLM", GgufArchitecture = "qwen3moe", QueryKeyNorm = true,
            Experts = new ExpertNames("mlp", "gate_proj", "up_proj", "down_proj", "num_experts", "moe_intermediate_size", 128, 8) { Configurable = true },
            AttentionBiases = AttentionBiases.Configurable, SlidingIsOptional = true, DefaultMaxPositionEmbeddings = 32_768,
        },
    ];

    /// <summary>Their names, for messages.</summary>
    public static IReadOnlyList<string> ModelTypes { get; } = [.. Rows.Select(family => family.ModelType)];

    public static DecoderFamily? Find(string modelType) => Array.Find(Rows, family => family.ModelType == modelType);

    /// <summary>The first family that llama.cpp calls so, with or without experts.</summary>
    public static DecoderFamily? FindGguf(string architecture, bool experts) =>
        Array.Find(Rows, family => family.GgufArchitecture == architecture && experts == family.Experts is not null);
}
