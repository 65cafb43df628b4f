using Swift.Models.Config;

namespace Swift.Models.Gguf;

/// <summary>What llama.cpp would compute otherwise than we do, or has no room for: better refused than exported wrong.</summary>
internal static class GgufLimits
{
    /// <summary>The first part of a model that stands against its export, as the object of "has"; null = none.</summary>
    public static string? Of(ModelConfig config)
    {
        var family = config.Family;
        return config.Head != HeadKind.CausalLanguageModel ? $"a head of the kind {config.Head}"
            : family.SquareOutputInGguf && config.NumAttentionHeads * config.HeadDim != config.HiddenSize ? "heads of another width than hidden_size / num_attention_heads"
            : (family.QueryKeyNorm || family.SandwichNorms) && config.OutputBias ? $"biases in the attention of a {config.ModelType}"
            : config.Activation != family.Activation ? $"another activation than a {config.ModelType}"
            : config.ModelType == "gemma2" && !config.TieWordEmbeddings ? "an output projection of its own"
            : config.AttnLogitSoftcapping is not null && family.DefaultAttnLogitSoftcapping is null ? $"attn_logit_softcapping in a {config.ModelType}"
            : family.SoftcappingConfigurable && (config.QueryPreAttnScalar ?? config.HeadDim) != Scale(config) ? "a query_pre_attn_scalar that llama.cpp does not know"
            : config.DenseLayers.Count > 0 ? "layers without experts"
            : family.Experts is not null && !config.NormTopkProb ? "probabilities of experts that are not scaled"
            : OfRotation(config);
    }

    private static string? OfRotation(ModelConfig config)
    {
        var (family, rope) = (config.Family, config.Rope);
        return config.PartialRotaryFactor != 1 && !family.FusedProjections ? "heads that are rotated in part"
            : rope.Type == RopeType.Longrope && !family.FusedProjections ? "rotary scaling of type longrope"
            // The format has keys for them, which llama.cpp reads for none of these families.
            : rope.Type == RopeType.Yarn && (rope.BetaFast != 32 || rope.BetaSlow != 1) ? "YaRN with another beta_fast than 32 or beta_slow than 1"
            : config.SlidingRope is { Type: not RopeType.Default } || config.SlidingRope is { } sliding && sliding.Theta != family.DefaultSlidingRopeTheta ? "a rotation of sliding layers that llama.cpp does not know"
            : family.SlidesInGguf && !SlidesAsInGguf(config) ? "layers that slide elsewhere than in llama.cpp"
            : null;
    }

    private static double Scale(ModelConfig config) =>
        GgufModel.GgufScale(config.Family, config.NumHiddenLayers, config.HiddenSize, config.NumAttentionHeads, config.HeadDim);

    private static bool SlidesAsInGguf(ModelConfig config) =>
        GgufModel.SlidingLayers(config.Family, config.NumHiddenLayers).Select((slides, layer) => slides == config.WindowOf(layer) is not null).All(same => same);
}
