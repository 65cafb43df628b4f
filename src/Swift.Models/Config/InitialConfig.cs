using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Models.Folders;
using Swift.Models.Tokenizers;

namespace Swift.Models.Config;

/// <summary>The configuration of a model that starts from random weights.</summary>
internal static class InitialConfig
{
    private const int VocabularyMultiple = 64;

    /// <summary>Resolves what the specification leaves open from the tokenizer and the other sizes.</summary>
    /// <exception cref="SwiftException">BadInput: a size is impossible, or the vocabulary is smaller than the tokenizer's.</exception>
    public static ModelConfig Resolve(ModelConfigSpec spec, Tokenizer tokenizer)
    {
        var family = DecoderFamilies.Find(spec.ModelType)
            ?? throw Bad("model_type", $"is \"{spec.ModelType}\"; supported: {string.Join(", ", DecoderFamilies.ModelTypes)}");
        var heads = Positive("num_attention_heads", spec.NumAttentionHeads);
        var hidden = Positive("hidden_size", spec.HiddenSize);
        if (spec.HeadDim is null && hidden % heads != 0)
            throw Bad("hidden_size", $"is {hidden}, which num_attention_heads ({heads}) does not divide; or set head_dim");
        var keyValueHeads = Positive("num_key_value_heads", spec.NumKeyValueHeads ?? heads);
        if (heads % keyValueHeads != 0)
            throw Bad("num_key_value_heads", $"is {keyValueHeads}, which does not divide num_attention_heads ({heads})");
        var headDim = Positive("head_dim", spec.HeadDim ?? hidden / heads);
        if (headDim % 2 != 0)
            throw Bad("head_dim", $"is {headDim}; rotary embedding needs an even number");
        var layers = Positive("num_hidden_layers", spec.NumHiddenLayers);
        var window = spec.SlidingWindow is { } positions ? Positive("sliding_window", positions)
            : family.FullLayerEvery is not null ? family.DefaultSlidingWindow : null;
        var names = family.Experts;
        var experts = names is null ? 0 : Positive("num_experts", spec.NumExperts ?? 8);
        var chosen = names is null ? 0 : Positive("num_experts_per_tok", spec.NumExpertsPerTok ?? Math.Min(2, experts));
        if (chosen > experts)
            throw Bad("num_experts_per_tok", $"is {chosen}, more than num_experts ({experts})");
        var width = Positive("intermediate_size", spec.IntermediateSize ?? 3 * hidden);
        var tokens = tokenizer.VocabularySize;
        var vocabulary = spec.VocabSize ?? (tokens + VocabularyMultiple - 1) / VocabularyMultiple * VocabularyMultiple;
        if (vocabulary < tokens)
            throw SwiftException.BadInput("vocab_size_too_small", $"model.config.vocab_size is {vocabulary}, but the tokenizer has {tokens} tokens: use at least {tokens}, or leave it out.");
        return new ModelConfig
        {
            ModelType = spec.ModelType,
            VocabSize = vocabulary,
            HiddenSize = hidden,
            IntermediateSize = width,
            NumHiddenLayers = layers,
            NumAttentionHeads = heads,
            NumKeyValueHeads = keyValueHeads,
            HeadDim = headDim,
            MaxPositionEmbeddings = Positive("max_position_embeddings", spec.MaxPositionEmbeddings),
            RmsNormEps = Positive("rms_norm_eps", spec.RmsNormEps),
            TieWordEmbeddings = spec.TieWordEmbeddings,
            QueryKeyValueBias = family.AttentionBiases == AttentionBiases.QueryKeyValue,
            InitializerRange = Positive("initializer_range", spec.InitializerRange),
            Activation = family.Activation,
            QueryPreAttnScalar = family.SoftcappingConfigurable ? headDim : null,
            AttnLogitSoftcapping = family.DefaultAttnLogitSoftcapping,
            FinalLogitSoftcapping = family.DefaultFinalLogitSoftcapping,
            NumExperts = experts,
            NumExpertsPerTok = chosen,
            MoeIntermediateSize = experts == 0 ? 0 : names is { Configurable: true } ? Positive("moe_intermediate_size", spec.MoeIntermediateSize ?? hidden) : width,
            NormTopkProb = experts > 0,
            RouterAuxLossCoef = experts > 0 ? 0.001 : 0,
            Rope = new RopeConfig(Positive("rope_theta", spec.RopeTheta)),
            SlidingRope = family.DefaultSlidingRopeTheta is { } theta ? new RopeConfig(theta) : null,
            SlidingWindow = window,
            SlidingLayers = window is not null && family.FullLayerEvery is { } every ? [.. Enumerable.Range(1, layers).Select(number => number % every != 0)] : [],
            BosTokenId = tokenizer.BosTokenId,
            EosTokenIds = GenerationConfigFile.EndIds(tokenizer),
            PadTokenId = tokenizer.PadTokenId,
        };
    }

    private static int Positive(string field, int value) => value >= 1 ? value : throw Bad(field, $"is {value}; it must be at least 1");

    private static double Positive(string field, double value) =>
        double.IsFinite(value) && value > 0 ? value : throw Bad(field, $"is {value}; it must be a positive number");

    private static SwiftException Bad(string field, string problem) =>
        SwiftException.BadInput("bad_model_config", $"model.config.{field} {problem}.");
}
