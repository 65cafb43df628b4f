namespace Swift.Models.Config;

/// <summary>
/// What distinguishes one family of decoders: the parts of its layers, what its <c>config.json</c> leaves out, and how files
/// name it. Everything else is the same code; a new family is a new row in <see cref="DecoderFamilies"/>.
/// </summary>
public sealed record DecoderFamily
{
    /// <summary><c>model_type</c> of <c>config.json</c>.</summary>
    public required string ModelType { get; init; }

    /// <summary>The class that <c>architectures</c> of <c>config.json</c> names.</summary>
    public required string Architecture { get; init; }

    /// <summary>llama.cpp's name of the architecture; several families may share one.</summary>
    public required string GgufArchitecture { get; init; }

    /// <summary>llama.cpp rotates neighbours instead of halves: query and key rows have another order in GGUF.</summary>
    public bool InterleavedInGguf { get; init; }

    /// <summary>llama.cpp has no room for heads that together are wider or narrower than the hidden size.</summary>
    public bool SquareOutputInGguf { get; init; }

    /// <summary>RMSNorm over each query's and key's head dimension before the rotation.</summary>
    public bool QueryKeyNorm { get; init; }

    public AttentionBiases AttentionBiases { get; init; }

    /// <summary><c>mlp_bias</c> of <c>config.json</c> decides; otherwise there are none.</summary>
    public bool MlpBiasConfigurable { get; init; }

    /// <summary><c>use_sliding_window</c> must be true for <c>sliding_window</c> to count, and <c>max_window_layers</c> layers are full (Qwen).</summary>
    public bool SlidingIsOptional { get; init; }

    /// <summary><c>sliding_window</c> where the file does not mention it.</summary>
    public int? DefaultSlidingWindow { get; init; }

    /// <summary>Width of a head where the file does not say; null = hidden size / heads.</summary>
    public int? DefaultHeadDim { get; init; }

    public double DefaultRmsNormEps { get; init; } = 1e-6;

    public bool DefaultTieWordEmbeddings { get; init; }
}

/// <summary>Biases on the projections of the attention.</summary>
public enum AttentionBiases
{
    None,
    /// <summary>Always on query, key and value, never on the output.</summary>
    QueryKeyValue,
    /// <summary>On all four where <c>attention_bias</c> of <c>config.json</c> says so.</summary>
    Configurable,
}
