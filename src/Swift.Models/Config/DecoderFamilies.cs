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
            ModelType = "qwen2", Architecture = "Qwen2ForCausalLM", GgufArchitecture = "qwen2", SquareOutputInGguf = true,
            AttentionBiases = AttentionBiases.QueryKeyValue, SlidingIsOptional = true,
        },
        new()
        {
            ModelType = "qwen3", Architecture = "Qwen3ForCausalLM", GgufArchitecture = "qwen3", QueryKeyNorm = true,
            AttentionBiases = AttentionBiases.Configurable, SlidingIsOptional = true, DefaultHeadDim = 128,
        },
    ];

    /// <summary>Their names, for messages.</summary>
    public static IReadOnlyList<string> ModelTypes { get; } = [.. Rows.Select(family => family.ModelType)];

    public static DecoderFamily? Find(string modelType) => Array.Find(Rows, family => family.ModelType == modelType);

    /// <summary>The first family that llama.cpp calls so.</summary>
    public static DecoderFamily? FindGguf(string architecture) => Array.Find(Rows, family => family.GgufArchitecture == architecture);
}
