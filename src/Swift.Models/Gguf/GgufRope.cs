using Swift.Models.Config;

namespace Swift.Models.Gguf;

/// <summary>
/// The rotation in a GGUF file: keys for interpolation by one factor, tensors of divisors where each frequency has its own
/// (<c>rope_freqs</c>: one for any context; <c>rope_factors_short</c> and <c>rope_factors_long</c>).
/// </summary>
internal static class GgufRope
{
    public const string Factors = "rope_freqs.weight", ShortFactors = "rope_factors_short.weight", LongFactors = "rope_factors_long.weight";

    public static bool IsFactors(string tensor) => tensor is Factors or ShortFactors or LongFactors;

    public static void Write(GgufWriter writer, string architecture, ModelConfig config)
    {
        var (rope, prefix) = (config.Rope, $"{architecture}.rope.");
        writer.Add(prefix + "freq_base", (float)RopeFormulas.Theta(rope, config.RotaryDim, config.MaxPositionEmbeddings));
        switch (rope.Type)
        {
            case RopeType.Linear:
                writer.Add(prefix + "scaling.type", "linear");
                writer.Add(prefix + "scaling.factor", (float)rope.Factor);
                break;
            case RopeType.Yarn:
                writer.Add(prefix + "scaling.type", "yarn");
                writer.Add(prefix + "scaling.factor", (float)rope.Factor);
                writer.Add(prefix + "scaling.original_context_length", (uint)rope.OriginalMaxPositionEmbeddings!.Value);
                // llama.cpp multiplies by the formula as well.
                if (rope.AttentionFactor is { } attention)
                    writer.Add(prefix + "scaling.attn_factor", (float)(attention / RopeFormulas.YarnScale(rope.Factor, 1)));
                break;
            case RopeType.Longrope:
                writer.Add(prefix + "scaling.original_context_length", (uint)rope.OriginalMaxPositionEmbeddings!.Value);
                writer.Add(prefix + "scaling.attn_factor", (float)RopeFormulas.Of(rope, config.RotaryDim, config.MaxPositionEmbeddings).Scale);
                break;
        }
    }

    /// <summary>Divisors by the name of their tensor.</summary>
    public static IEnumerable<(string Tensor, double[] Divisors)> FactorsOf(ModelConfig config)
    {
        var rope = config.Rope;
        if (rope.Type == RopeType.Longrope)
        {
            yield return (LongFactors, [.. rope.LongFactors]);
            yield return (ShortFactors, [.. rope.ShortFactors]);
        }
        if (rope.Type != RopeType.Llama3)
            yield break;
        var plain = RopeFormulas.Of(new RopeConfig(rope.Theta), config.RotaryDim, config.MaxPositionEmbeddings).Frequencies;
        var scaled = RopeFormulas.Of(rope, config.RotaryDim, config.MaxPositionEmbeddings).Frequencies;
        yield return (Factors, [.. plain.Zip(scaled, (unscaled, frequency) => unscaled / frequency)]);
    }

    /// <exception cref="Swift.Contracts.Experiments.SwiftException">BadInput: a kind of scaling this build does not know, or factors of another number than frequencies.</exception>
    public static RopeConfig Read(GgufFile file, string architecture, DecoderFamily family, int rotaryDim, int context)
    {
        var (metadata, prefix) = (file.Metadata, $"{architecture}.rope.");
        var rope = new RopeConfig(metadata.Number(prefix + "freq_base") ?? family.DefaultRopeTheta);
        var original = metadata.Size(prefix + "scaling.original_context_length") ?? context;
        if (file.Tensors.ContainsKey(Factors))
        {
            var factors = Divisors(file, Factors, rotaryDim);
            return rope with { Type = RopeType.Longrope, OriginalMaxPositionEmbeddings = context, ShortFactors = factors, LongFactors = factors, AttentionFactor = 1 };
        }
        if (file.Tensors.ContainsKey(ShortFactors))
        {
            return rope with
            {
                Type = RopeType.Longrope,
                OriginalMaxPositionEmbeddings = original,
                ShortFactors = Divisors(file, ShortFactors, rotaryDim),
                LongFactors = Divisors(file, LongFactors, rotaryDim),
                AttentionFactor = metadata.Number(prefix + "scaling.attn_factor") ?? 1,
            };
        }
        var factor = metadata.Number(prefix + "scaling.factor") ?? 1;
        return metadata.Text(prefix + "scaling.type") switch
        {
            null or "none" => rope,
            "linear" => rope with { Type = RopeType.Linear, Factor = factor },
            "yarn" => rope with
            {
                Type = RopeType.Yarn,
                Factor = factor,
                OriginalMaxPositionEmbeddings = original,
                BetaFast = metadata.Number(prefix + "scaling.yarn_beta_fast") ?? 32,
                BetaSlow = metadata.Number(prefix + "scaling.yarn_beta_slow") ?? 1,
                AttentionFactor = metadata.Number(prefix + "scaling.attn_factor") is { } extra ? extra * RopeFormulas.YarnScale(factor, 1) : null,
            },
            var type => throw GgufModel.NotSupported(file, $"rope scaling \"{type}\""),
        };
    }

    private static double[] Divisors(GgufFile file, string name, int rotaryDim)
    {
        if (!file.Tensors.TryGetValue(name, out var entry) || entry.Count != rotaryDim / 2)
            throw file.Metadata.Bad(name, $"is missing or does not have {rotaryDim / 2} values");
        using var values = file.Read(name);
        return [.. values.data<float>().Select(value => (double)value)];
    }
}
