using System.Text.Json;
using Swift.Contracts.Experiments;
using Swift.Models.Folders;

namespace Swift.Models.Config;

/// <summary>Reads and writes Hugging Face's <c>config.json</c>, in the spelling of transformers 4 and 5.</summary>
public static class ModelConfigFile
{
    public const string FileName = "config.json";
    private const int DefaultMaxWindowLayers = 28;

    /// <exception cref="SwiftException">BadInput: the file is missing (<c>model_config_missing</c>), is no JSON or has a bad field
    /// (<c>bad_model_config</c>), or describes a model this build has no parts for (<c>model_not_supported</c>).</exception>
    public static ModelConfig Load(string modelFolder)
    {
        var path = Path.Combine(modelFolder, FileName);
        if (!File.Exists(path))
            throw SwiftException.BadInput("model_config_missing", $"{path} does not exist: a model folder holds {FileName}.");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Parse(new ConfigFields(document.RootElement, path));
        }
        catch (JsonException e)
        {
            throw SwiftException.BadInput("bad_model_config", $"{path} is not JSON: {e.Message}", e);
        }
    }

    public static void Save(ModelConfig config, string modelFolder) =>
        JsonFiles.Write(Path.Combine(modelFolder, FileName), json => Write(json, config));

    private static void Write(Utf8JsonWriter json, ModelConfig config)
    {
        json.WriteStartArray("architectures");
        json.WriteStringValue(config.Family.Architecture);
        json.WriteEndArray();
        if (config.Family.AttentionBiases == AttentionBiases.Configurable)
            json.WriteBoolean("attention_bias", config.OutputBias);
        json.WriteNumber("attention_dropout", 0.0);
        Write(json, "bos_token_id", config.BosTokenId);
        WriteIds(json, "eos_token_id", config.EosTokenIds);
        json.WriteNumber("head_dim", config.HeadDim);
        json.WriteString("hidden_act", "silu");
        json.WriteNumber("hidden_size", config.HiddenSize);
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
        if (config.Family.MlpBiasConfigurable)
            json.WriteBoolean("mlp_bias", config.MlpBias);
        json.WriteString("model_type", config.ModelType);
        json.WriteNumber("num_attention_heads", config.NumAttentionHeads);
        json.WriteNumber("num_hidden_layers", config.NumHiddenLayers);
        json.WriteNumber("num_key_value_heads", config.NumKeyValueHeads);
        Write(json, "pad_token_id", config.PadTokenId);
        json.WriteNumber("rms_norm_eps", config.RmsNormEps);
        WriteRope(json, config.Rope);
        json.WriteNumber("rope_theta", config.Rope.Theta);
        Write(json, "sliding_window", config.SlidingWindow);
        json.WriteBoolean("tie_word_embeddings", config.TieWordEmbeddings);
        json.WriteString("torch_dtype", "float32");
        json.WriteBoolean("use_cache", true);
        if (config.Family.SlidingIsOptional)
            json.WriteBoolean("use_sliding_window", config.SlidingWindow is not null);
        json.WriteNumber("vocab_size", config.VocabSize);
    }

    private static ModelConfig Parse(ConfigFields fields)
    {
        var modelType = fields.Text("model_type") ?? throw fields.Bad("model_type", "is missing");
        var family = DecoderFamilies.Find(modelType)
            ?? throw fields.NotSupported($"model_type \"{modelType}\"", string.Join(", ", DecoderFamilies.ModelTypes));
        if (fields.Text("hidden_act") is { } activation && activation != "silu")
            throw fields.NotSupported($"hidden_act \"{activation}\"", "silu");
        if (fields.Has("quantization_config"))
            throw fields.NotSupported("quantization_config", "unquantised weights");

        var heads = fields.Size("num_attention_heads");
        var keyValueHeads = fields.SizeOr("num_key_value_heads", heads);
        if (heads % keyValueHeads != 0)
            throw fields.Bad("num_key_value_heads", $"is {keyValueHeads}, which does not divide num_attention_heads ({heads})");
        var hidden = fields.Size("hidden_size");
        var layers = fields.Size("num_hidden_layers");
        var headDim = fields.SizeOr("head_dim", family.DefaultHeadDim ?? hidden / heads);
        if (headDim % 2 != 0)
            throw fields.Bad("head_dim", $"is {headDim}: rotary embedding needs an even number");
        var window = family.SlidingIsOptional && !fields.Flag("use_sliding_window", false) ? null
            : fields.Mentions("sliding_window") ? fields.OptionalSize("sliding_window") : family.DefaultSlidingWindow;
        var attentionBias = family.AttentionBiases == AttentionBiases.Configurable && fields.Flag("attention_bias", false);
        return new ModelConfig
        {
            ModelType = modelType,
            VocabSize = fields.Size("vocab_size"),
            HiddenSize = hidden,
            IntermediateSize = fields.Size("intermediate_size"),
            NumHiddenLayers = layers,
            NumAttentionHeads = heads,
            NumKeyValueHeads = keyValueHeads,
            HeadDim = headDim,
            MaxPositionEmbeddings = fields.SizeOr("max_position_embeddings", 2048),
            RmsNormEps = fields.Number("rms_norm_eps", family.DefaultRmsNormEps),
            TieWordEmbeddings = fields.Flag("tie_word_embeddings", family.DefaultTieWordEmbeddings),
            InitializerRange = fields.Number("initializer_range", 0.02),
            QueryKeyValueBias = family.AttentionBiases == AttentionBiases.QueryKeyValue || attentionBias,
            OutputBias = attentionBias,
            MlpBias = family.MlpBiasConfigurable && fields.Flag("mlp_bias", false),
            Rope = ParseRope(fields),
            SlidingWindow = window,
            SlidingLayers = window is null ? [] : SlidingLayers(fields, family, layers),
            BosTokenId = fields.Ids("bos_token_id") is [var bos, ..] ? bos : null,
            EosTokenIds = fields.Ids("eos_token_id"),
            PadTokenId = fields.Ids("pad_token_id") is [var pad, ..] ? pad : null,
        };
    }

    /// <summary>transformers 5 nests everything in rope_parameters; 4 has rope_theta beside rope_scaling, whose type was once called "type".</summary>
    private static RopeConfig ParseRope(ConfigFields fields)
    {
        var nested = fields.Section("rope_parameters");
        var scaling = nested ?? fields.Section("rope_scaling");
        var theta = nested?.Number("rope_theta", 10_000) ?? fields.Number("rope_theta", 10_000);
        if (scaling is null)
            return new RopeConfig(theta);
        var type = scaling.Text("rope_type") ?? scaling.Text("type") ?? "default";
        return type switch
        {
            "default" => new RopeConfig(theta),
            "linear" => new RopeConfig(theta) { Type = type, Factor = scaling.Number("factor", 1) },
            "llama3" => new RopeConfig(theta)
            {
                Type = type,
                Factor = scaling.Number("factor", 1),
                LowFreqFactor = scaling.Number("low_freq_factor", 1),
                HighFreqFactor = scaling.Number("high_freq_factor", 4),
                OriginalMaxPositionEmbeddings = scaling.SizeOr("original_max_position_embeddings", 8192),
            },
            _ => throw fields.NotSupported($"rope type \"{type}\"", "default, linear, llama3"),
        };
    }

    private static bool[] SlidingLayers(ConfigFields fields, DecoderFamily family, int layers)
    {
        if (fields.Texts("layer_types") is { } types)
        {
            return types.Count == layers
                ? [.. types.Select(type => type == "sliding_attention")]
                : throw fields.Bad("layer_types", $"has {types.Count} entries for {layers} layers");
        }
        // Layers from max_window_layers on slide (Qwen).
        var full = family.SlidingIsOptional ? fields.CountOr("max_window_layers", DefaultMaxWindowLayers) : 0;
        return full > 0 ? [.. Enumerable.Range(0, layers).Select(layer => layer >= full)] : [];
    }

    private static void WriteRope(Utf8JsonWriter json, RopeConfig rope)
    {
        if (rope.Type == "default")
        {
            json.WriteNull("rope_scaling");
            return;
        }
        json.WriteStartObject("rope_scaling");
        json.WriteNumber("factor", rope.Factor);
        if (rope.Type == "llama3")
        {
            json.WriteNumber("high_freq_factor", rope.HighFreqFactor);
            json.WriteNumber("low_freq_factor", rope.LowFreqFactor);
            json.WriteNumber("original_max_position_embeddings", rope.OriginalMaxPositionEmbeddings);
        }
        json.WriteString("rope_type", rope.Type);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, int? value)
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
