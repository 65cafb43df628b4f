using System.Text.Json;
using static TorchSharp.torch;

namespace Swift.Models.Config;

/// <summary>The fields of <c>config.json</c> as transformers 4 spells them, only those that the family knows.</summary>
internal static class ModelConfigWriter
{
    public static void Write(Utf8JsonWriter json, ModelConfig config, ScalarType type)
    {
        var family = config.Family;
        json.WriteStartArray("architectures");
        json.WriteStringValue(HeadSection.Architecture(config));
        json.WriteEndArray();
        if (family.AttentionBiases == AttentionBiases.Configurable)
            json.WriteBoolean("attention_bias", config.OutputBias);
        json.WriteNumber("attention_dropout", 0.0);
        if (family.SoftcappingConfigurable)
            Write(json, "attn_logit_softcapping", config.AttnLogitSoftcapping);
        Write(json, "bos_token_id", config.BosTokenId);
        WriteIds(json, "eos_token_id", config.EosTokenIds);
        if (family.SoftcappingConfigurable)
            Write(json, "final_logit_softcapping", config.FinalLogitSoftcapping);
        json.WriteNumber("head_dim", config.HeadDim);
        json.WriteString("hidden_act", ActivationName.Of(config.Activation));
        if (family.Activation == Activation.GeluTanh)
            json.WriteString("hidden_activation", ActivationName.Of(config.Activation));
        json.WriteNumber("hidden_size", config.HiddenSize);
        if (config.Labels.Count > 0)
            HeadSection.WriteLabels(json, config);
        json.WriteNumber("initializer_range", config.InitializerRange);
        json.WriteNumber("intermediate_size", config.IntermediateSize);
        if (config.SlidingLayers.Count > 0)
        {
            json.WriteStartArray("layer_types");
            foreach (var sliding in config.SlidingLayers)
                json.WriteStringValue(sliding ? "sliding_attention" : "full_attention");
            json.WriteEndArray();
        }
        json.WriteNumber("max_position_embeddings", config.MaxPositionEmbeddings);
        if (family.MlpBiasConfigurable)
            json.WriteBoolean("mlp_bias", config.MlpBias);
        json.WriteString("model_type", config.ModelType);
        if (family.Experts is { } experts)
            WriteExperts(json, config, experts);
        json.WriteNumber("num_attention_heads", config.NumAttentionHeads);
        json.WriteNumber("num_hidden_layers", config.NumHiddenLayers);
        json.WriteNumber("num_key_value_heads", config.NumKeyValueHeads);
        if (config.Rope is { Type: RopeType.Longrope, OriginalMaxPositionEmbeddings: { } original })
            json.WriteNumber("original_max_position_embeddings", original);
        Write(json, "pad_token_id", config.PadTokenId);
        if (config.PartialRotaryFactor != 1)
            json.WriteNumber("partial_rotary_factor", config.PartialRotaryFactor);
        if (family.SoftcappingConfigurable)
            Write(json, "query_pre_attn_scalar", config.QueryPreAttnScalar);
        json.WriteNumber("rms_norm_eps", config.RmsNormEps);
        RopeSection.Write(json, config);
        Write(json, "sliding_window", config.SlidingWindow);
        json.WriteBoolean("tie_word_embeddings", config.TieWordEmbeddings);
        json.WriteString("torch_dtype", type.ToString().ToLowerInvariant());
        json.WriteBoolean("use_cache", true);
        if (family.SlidingIsOptional)
            json.WriteBoolean("use_sliding_window", config.SlidingWindow is not null);
        json.WriteNumber("vocab_size", config.VocabSize);
    }

    private static void WriteExperts(Utf8JsonWriter json, ModelConfig config, ExpertNames names)
    {
        if (names.Configurable)
        {
            json.WriteNumber("decoder_sparse_step", 1);
            json.WriteStartArray("mlp_only_layers");
            foreach (var layer in config.DenseLayers)
                json.WriteNumberValue(layer);
            json.WriteEndArray();
            json.WriteNumber(names.WidthField, config.MoeIntermediateSize);
            json.WriteBoolean("norm_topk_prob", config.NormTopkProb);
        }
        json.WriteNumber("num_experts_per_tok", config.NumExpertsPerTok);
        json.WriteNumber(names.CountField, config.NumExperts);
        json.WriteNumber("router_aux_loss_coef", config.RouterAuxLossCoef);
    }

    private static void Write(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }

    private static void WriteIds(Utf8JsonWriter json, string name, IReadOnlyList<int> ids)
    {
        if (ids.Count <= 1)
        {
            Write(json, name, ids.Count == 1 ? ids[0] : null);
            return;
        }
        json.WriteStartArray(name);
        foreach (var id in ids)
            json.WriteNumberValue(id);
        json.WriteEndArray();
    }
}
