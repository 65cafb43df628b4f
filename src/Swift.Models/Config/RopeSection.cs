using System.Text.Json;

namespace Swift.Models.Config;

/// <summary>The rotary settings of <c>config.json</c>, in the spellings of transformers 4 and 5.</summary>
internal static class RopeSection
{
    private const string FullLayers = "full_attention", SlidingLayers = "sliding_attention";

    /// <summary>transformers 5 nests everything in rope_parameters; 4 has rope_theta beside rope_scaling, whose type was once called "type".</summary>
    public static RopeConfig Read(ConfigFields fields, DecoderFamily family)
    {
        var parameters = fields.Section("rope_parameters");
        if (parameters?.Section(FullLayers) is { } full)
            parameters = full;
        var theta = parameters?.Number("rope_theta", family.DefaultRopeTheta) ?? fields.Number("rope_theta", family.DefaultRopeTheta);
        return Read(fields, parameters ?? fields.Section("rope_scaling"), theta);
    }

    /// <summary>The rotation of layers that slide where the family has one of its own: never stretched in transformers 4.</summary>
    public static RopeConfig? ReadSliding(ConfigFields fields, DecoderFamily family)
    {
        if (family.DefaultSlidingRopeTheta is not { } fallback)
            return null;
        return fields.Section("rope_parameters")?.Section(SlidingLayers) is { } section
            ? Read(fields, section, section.Number("rope_theta", fallback))
            : new RopeConfig(fields.Number("rope_local_base_freq", fallback));
    }

    public static double ReadPartialFactor(ConfigFields fields)
    {
        var factor = fields.Section("rope_parameters")?.Number("partial_rotary_factor", 1) ?? fields.Number("partial_rotary_factor", 1);
        return factor <= 1 ? factor : throw fields.Bad("partial_rotary_factor", $"is {factor}; it must be at most 1");
    }

    public static void Write(Utf8JsonWriter json, ModelConfig config)
    {
        var rope = config.Rope;
        if (config.SlidingRope is { } sliding)
            json.WriteNumber("rope_local_base_freq", sliding.Theta);
        if (rope.Type == RopeType.Default)
        {
            json.WriteNull("rope_scaling");
        }
        else
        {
            json.WriteStartObject("rope_scaling");
            WriteScaling(json, rope);
            json.WriteEndObject();
        }
        json.WriteNumber("rope_theta", rope.Theta);
    }

    private static RopeConfig Read(ConfigFields fields, ConfigFields? scaling, double theta)
    {
        var rope = new RopeConfig(theta);
        if (scaling is null)
            return rope;
        int Original() => scaling.OptionalSize("original_max_position_embeddings") ?? fields.OptionalSize("original_max_position_embeddings")
            ?? fields.SizeOr("max_position_embeddings", 2048);
        var type = scaling.Text("rope_type") ?? scaling.Text("type") ?? "default";
        return type switch
        {
            "default" => rope,
            "linear" => rope with { Type = RopeType.Linear, Factor = scaling.Number("factor", 1) },
            "dynamic" => rope with { Type = RopeType.Dynamic, Factor = scaling.Number("factor", 1), OriginalMaxPositionEmbeddings = Original() },
            "yarn" => Yarn(scaling, rope with { OriginalMaxPositionEmbeddings = Original() }),
            "llama3" => rope with
            {
                Type = RopeType.Llama3,
                Factor = scaling.Number("factor", 1),
                LowFreqFactor = scaling.Number("low_freq_factor", 1),
                HighFreqFactor = scaling.Number("high_freq_factor", 4),
                OriginalMaxPositionEmbeddings = scaling.SizeOr("original_max_position_embeddings", 8192),
            },
            "longrope" or "su" => rope with
            {
                Type = RopeType.Longrope,
                OriginalMaxPositionEmbeddings = Original(),
                ShortFactors = scaling.Numbers("short_factor") ?? throw scaling.Bad("short_factor", "is missing"),
                LongFactors = scaling.Numbers("long_factor") ?? throw scaling.Bad("long_factor", "is missing"),
                AttentionFactor = scaling.OptionalNumber("attention_factor"),
            },
            _ => throw fields.NotSupported($"rope type \"{type}\"", "default, linear, dynamic, yarn, llama3, longrope"),
        };
    }

    private static RopeConfig Yarn(ConfigFields scaling, RopeConfig rope)
    {
        if (!scaling.Flag("truncate", true))
            throw scaling.NotSupported("truncate: false", "true");
        var factor = scaling.Number("factor", 1);
        var attention = scaling.OptionalNumber("attention_factor");
        if (attention is null && scaling.OptionalNumber("mscale") is { } scale && scaling.OptionalNumber("mscale_all_dim") is { } all)
            attention = RopeFormulas.YarnScale(factor, scale) / RopeFormulas.YarnScale(factor, all);
        return rope with
        {
            Type = RopeType.Yarn,
            Factor = factor,
            BetaFast = scaling.Number("beta_fast", 32),
            BetaSlow = scaling.Number("beta_slow", 1),
            AttentionFactor = attention,
        };
    }

    private static void WriteScaling(Utf8JsonWriter json, RopeConfig rope)
    {
        if (rope.AttentionFactor is { } attention)
            json.WriteNumber("attention_factor", attention);
        if (rope.Type == RopeType.Yarn)
        {
            json.WriteNumber("beta_fast", rope.BetaFast);
            json.WriteNumber("beta_slow", rope.BetaSlow);
        }
        if (rope.Type != RopeType.Longrope)
            json.WriteNumber("factor", rope.Factor);
        if (rope.Type == RopeType.Llama3)
        {
            json.WriteNumber("high_freq_factor", rope.HighFreqFactor);
            json.WriteNumber("low_freq_factor", rope.LowFreqFactor);
        }
        if (rope.Type == RopeType.Longrope)
            WriteList(json, "long_factor", rope.LongFactors);
        if (rope.OriginalMaxPositionEmbeddings is { } original)
            json.WriteNumber("original_max_position_embeddings", original);
        json.WriteString("rope_type", rope.Type.ToString().ToLowerInvariant());
        if (rope.Type == RopeType.Longrope)
            WriteList(json, "short_factor", rope.ShortFactors);
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<double> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }
}
