using Swift.Contracts.Experiments;

namespace Swift.Models.Config;

/// <summary>Resolves the fields of <c>config.json</c>; what is absent takes the default of the family.</summary>
internal static class ModelConfigReader
{
    private const int DefaultMaxWindowLayers = 28;

    /// <exception cref="SwiftException">BadInput: a bad field, or a model this build has no parts for.</exception>
    public static ModelConfig Read(ConfigFields fields)
    {
        var modelType = fields.Text("model_type") ?? throw fields.Bad("model_type", "is missing");
        var family = DecoderFamilies.Find(modelType)
            ?? throw fields.NotSupported($"model_type \"{modelType}\"", string.Join(", ", DecoderFamilies.ModelTypes));
        var activation = ActivationName.Read(fields) ?? family.Activation;
        if (fields.Has("quantization_config"))
            throw fields.NotSupported("quantization_config", "unquantised weights");

        var heads = fields.Size("num_attention_heads");
        var keyValueHeads = fields.SizeOr("num_key_value_heads", heads);
        if (heads % keyValueHeads != 0)
            throw fields.Bad("num_key_value_heads", $"is {keyValueHeads}, which does not divide num_attention_heads ({heads})");
        var hidden = fields.Size("hidden_size");
        var layers = fields.Size("num_hidden_layers");
        var headDim = fields.SizeOr("head_dim", family.DefaultHeadDim ?? hidden / heads);
        var window = family.SlidingIsOptional && !fields.Flag("use_sliding_window", false) ? null
            : fields.Mentions("sliding_window") ? fields.OptionalSize("sliding_window") : family.DefaultSlidingWindow;
        var attentionBias = family.AttentionBiases == AttentionBiases.Configurable && fields.Flag("attention_bias", false);
        var head = HeadSection.Kind(fields, family);
        var config = new ModelConfig
        {
            ModelType = modelType,
            VocabSize = fields.Size("vocab_size"),
            HiddenSize = hidden,
            IntermediateSize = fields.Size("intermediate_size"),
            NumHiddenLayers = layers,
            NumAttentionHeads = heads,
            NumKeyValueHeads = keyValueHeads,
            HeadDim = headDim,
            MaxPositionEmbeddings = fields.SizeOr("max_position_embeddings", family.DefaultMaxPositionEmbeddings),
            RmsNormEps = fields.Number("rms_norm_eps", family.DefaultRmsNormEps),
            TieWordEmbeddings = fields.Flag("tie_word_embeddings", family.DefaultTieWordEmbeddings),
            InitializerRange = fields.Number("initializer_range", 0.02),
            QueryKeyValueBias = family.AttentionBiases == AttentionBiases.QueryKeyValue || attentionBias,
            OutputBias = attentionBias,
            MlpBias = family.MlpBiasConfigurable && fields.Flag("mlp_bias", false),
            Activation = activation,
            QueryPreAttnScalar = family.SoftcappingConfigurable ? fields.NumberOrDefault("query_pre_attn_scalar", family.DefaultQueryPreAttnScalar) : null,
            AttnLogitSoftcapping = family.SoftcappingConfigurable ? fields.NumberOrDefault("attn_logit_softcapping", family.DefaultAttnLogitSoftcapping) : null,
            FinalLogitSoftcapping = family.SoftcappingConfigurable ? fields.NumberOrDefault("final_logit_softcapping", family.DefaultFinalLogitSoftcapping) : null,
            Rope = RopeSection.Read(fields, family),
            SlidingRope = RopeSection.ReadSliding(fields, family),
            PartialRotaryFactor = RopeSection.ReadPartialFactor(fields),
            SlidingWindow = window,
            SlidingLayers = window is null ? [] : SlidingLayers(fields, family, layers),
            Head = head,
            Labels = HeadSection.Labels(fields, head),
            ProblemType = fields.Text("problem_type"),
            BosTokenId = fields.Ids("bos_token_id") is [var bos, ..] ? bos : null,
            EosTokenIds = fields.Ids("eos_token_id"),
            PadTokenId = fields.Ids("pad_token_id") is [var pad, ..] ? pad : null,
        };
        CheckRotation(fields, config);
        return family.Experts is { } experts ? WithExperts(fields, experts, config) : config;
    }

    private static ModelConfig WithExperts(ConfigFields fields, ExpertNames names, ModelConfig config)
    {
        var count = fields.SizeOr(names.CountField, names.DefaultCount);
        var chosen = fields.SizeOr("num_experts_per_tok", names.DefaultChosen);
        if (chosen > count)
            throw fields.Bad("num_experts_per_tok", $"is {chosen}, more than {names.CountField} ({count})");
        var step = names.Configurable ? fields.SizeOr("decoder_sparse_step", 1) : 1;
        var dense = names.Configurable ? fields.Ids("mlp_only_layers") : [];
        return config with
        {
            NumExperts = count,
            NumExpertsPerTok = chosen,
            MoeIntermediateSize = fields.Size(names.WidthField),
            NormTopkProb = !names.Configurable || fields.Flag("norm_topk_prob", false),
            DenseLayers = [.. Enumerable.Range(0, config.NumHiddenLayers).Where(layer => dense.Contains(layer) || (layer + 1) % step != 0)],
            RouterAuxLossCoef = fields.NumberOrZero("router_aux_loss_coef", 0.001),
        };
    }

    private static void CheckRotation(ConfigFields fields, ModelConfig config)
    {
        if (config.RotaryDim < 2 || config.RotaryDim % 2 != 0)
            throw fields.Bad("head_dim", $"is {config.HeadDim}, of which {config.RotaryDim} are rotated: rotary embedding needs an even number");
        var rope = config.Rope;
        if (rope.Type == RopeType.Longrope && (rope.ShortFactors.Count != config.RotaryDim / 2 || rope.LongFactors.Count != config.RotaryDim / 2))
            throw fields.Bad("rope_scaling", $"has {rope.ShortFactors.Count} and {rope.LongFactors.Count} factors for {config.RotaryDim / 2} frequencies");
    }

    private static bool[] SlidingLayers(ConfigFields fields, DecoderFamily family, int layers)
    {
        if (fields.Texts("layer_types") is { } types)
        {
            return types.Count == layers
                ? [.. types.Select(type => type == "sliding_attention")]
                : throw fields.Bad("layer_types", $"has {types.Count} entries for {layers} layers");
        }
        if (family.FullLayerEvery is { } every)
        {
            var period = fields.SizeOr("sliding_window_pattern", every);
            return [.. Enumerable.Range(1, layers).Select(number => number % period != 0)];
        }
        // Layers from max_window_layers on slide (Qwen).
        var full = family.SlidingIsOptional ? fields.CountOr("max_window_layers", DefaultMaxWindowLayers) : 0;
        return full > 0 ? [.. Enumerable.Range(0, layers).Select(layer => layer >= full)] : [];
    }
}
