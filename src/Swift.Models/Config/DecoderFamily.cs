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

    /// <summary>The class of a reward model whose scores come through a hidden layer; null = the family has none.</summary>
    public string? HiddenLayerRewardArchitecture { get; init; }

    /// <summary>llama.cpp's name of the architecture; several families may share one.</summary>
    public required string GgufArchitecture { get; init; }

    /// <summary>llama.cpp rotates neighbours instead of halves: query and key rows have another order in GGUF.</summary>
    public bool InterleavedInGguf { get; init; }

    /// <summary>llama.cpp has no room for heads that together are wider or narrower than the hidden size.</summary>
    public bool SquareOutputInGguf { get; init; }

    /// <summary>llama.cpp has sliding layers in this architecture, at fixed places: all but every <see cref="FullLayerEvery"/>-th.</summary>
    public bool SlidesInGguf { get; init; }

    /// <summary>With so many layers llama.cpp scales scores by √(hidden size / heads) instead of √head_dim (the largest Gemma).</summary>
    public int? LayersOfWideScaleInGguf { get; init; }

    /// <summary>RMSNorm over each query's and key's head dimension before the rotation.</summary>
    public bool QueryKeyNorm { get; init; }

    /// <summary>Norms behind the attention and behind the feed-forward network as well as in front of them (Gemma).</summary>
    public bool SandwichNorms { get; init; }

    /// <summary>The gain of a norm is 1 + its weight (Gemma).</summary>
    public bool CentredNorms { get; init; }

    /// <summary>Embeddings are multiplied by √hidden size (Gemma).</summary>
    public bool ScaledEmbeddings { get; init; }

    /// <summary>Query, key and value are one matrix on disk, gate and up another (Phi).</summary>
    public bool FusedProjections { get; init; }

    /// <summary>The fields <c>query_pre_attn_scalar</c>, <c>attn_logit_softcapping</c> and <c>final_logit_softcapping</c> count (Gemma).</summary>
    public bool SoftcappingConfigurable { get; init; }

    /// <summary>How a mixture of experts is named and configured; null = the family has none.</summary>
    public ExpertNames? Experts { get; init; }

    public AttentionBiases AttentionBiases { get; init; }

    /// <summary><c>mlp_bias</c> of <c>config.json</c> decides; otherwise there are none.</summary>
    public bool MlpBiasConfigurable { get; init; }

    public Activation Activation { get; init; }

    /// <summary><c>use_sliding_window</c> must be true for <c>sliding_window</c> to count, and <c>max_window_layers</c> layers are full (Qwen).</summary>
    public bool SlidingIsOptional { get; init; }

    /// <summary><c>sliding_window</c> where the file does not mention it.</summary>
    public int? DefaultSlidingWindow { get; init; }

    /// <summary>Every so many layers one sees everything, the others slide; null = no such alternation.</summary>
    public int? FullLayerEvery { get; init; }

    /// <summary>Base of the rotation of layers that slide where it is another than that of the full ones (Gemma 3).</summary>
    public double? DefaultSlidingRopeTheta { get; init; }

    public double DefaultRopeTheta { get; init; } = 10_000;

    /// <summary>Width of a head where the file does not say; null = hidden size / heads.</summary>
    public int? DefaultHeadDim { get; init; }

    public int DefaultMaxPositionEmbeddings { get; init; } = 2048;

    public double? DefaultQueryPreAttnScalar { get; init; }

    public double? DefaultAttnLogitSoftcapping { get; init; }

    public double? DefaultFinalLogitSoftcapping { get; init; }

    public double DefaultRmsNormEps { get; init; } = 1e-6;

    public bool DefaultTieWordEmbeddings { get; init; }
}

/// <summary>Names of a mixture of experts.</summary>
/// <param name="Module">Of the tensors of a layer's router and experts.</param>
/// <param name="CountField">The number of experts in <c>config.json</c>.</param>
/// <param name="WidthField">Their width in <c>config.json</c>.</param>
/// <param name="DefaultCount">Where the file does not say.</param>
/// <param name="DefaultChosen"><c>num_experts_per_tok</c> where the file does not say.</param>
public sealed record ExpertNames(string Module, string Gate, string Up, string Down, string CountField, string WidthField, int DefaultCount, int DefaultChosen)
{
    /// <summary><c>norm_topk_prob</c>, <c>mlp_only_layers</c> and <c>decoder_sparse_step</c> count; otherwise probabilities are scaled and every layer has experts.</summary>
    public bool Configurable { get; init; }
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

/// <summary>The non-linearity of the gate.</summary>
public enum Activation
{
    /// <summary>x · sigmoid(x).</summary>
    Silu,
    /// <summary>The tanh approximation of x · Φ(x) (arXiv:1606.08415).</summary>
    GeluTanh,
}
