namespace Swift.Models.Config;

/// <summary>A decoder's shape and constants, by the names of Hugging Face's <c>config.json</c>; every default is resolved.</summary>
public sealed record ModelConfig
{
    /// <summary><c>qwen3</c> or <c>llama</c>: decides which parts a layer has, see <see cref="Parts"/>.</summary>
    public required string ModelType { get; init; }
    public required int VocabSize { get; init; }
    public required int HiddenSize { get; init; }
    /// <summary>Width of the feed-forward network.</summary>
    public required int IntermediateSize { get; init; }
    public required int NumHiddenLayers { get; init; }
    public required int NumAttentionHeads { get; init; }
    /// <summary>Key and value heads; divides <see cref="NumAttentionHeads"/> (grouped-query attention, arXiv:2305.13245).</summary>
    public required int NumKeyValueHeads { get; init; }
    public required int HeadDim { get; init; }
    public required int MaxPositionEmbeddings { get; init; }
    public double RmsNormEps { get; init; } = 1e-6;
    /// <summary>The output projection is the embedding matrix.</summary>
    public bool TieWordEmbeddings { get; init; }
    public double InitializerRange { get; init; } = 0.02;
    /// <summary>Biases on the projections of the attention.</summary>
    public bool AttentionBias { get; init; }
    /// <summary>Biases on the projections of the feed-forward network.</summary>
    public bool MlpBias { get; init; }
    public RopeConfig Rope { get; init; } = new();
    /// <summary>Positions that a sliding layer sees, itself included; null = no layer slides.</summary>
    public int? SlidingWindow { get; init; }
    /// <summary>One entry per layer, true where it slides; empty = none or, with <see cref="SlidingWindow"/>, all.</summary>
    public IReadOnlyList<bool> SlidingLayers { get; init; } = [];
    public int? BosTokenId { get; init; }
    public IReadOnlyList<int> EosTokenIds { get; init; } = [];
    public int? PadTokenId { get; init; }

    /// <summary>What the family of <see cref="ModelType"/> puts into a layer.</summary>
    public DecoderParts Parts => DecoderParts.Of(this);

    /// <summary>The window of a layer, or null where it sees everything before it.</summary>
    public int? WindowOf(int layer) =>
        SlidingWindow is { } window && (SlidingLayers.Count == 0 || SlidingLayers[layer]) ? window : null;
}

/// <summary>Rotary position embedding (RoFormer, arXiv:2104.09864).</summary>
/// <param name="Theta">Base of the frequencies.</param>
public sealed record RopeConfig(double Theta = 10_000)
{
    /// <summary><c>default</c>, <c>linear</c> or <c>llama3</c>.</summary>
    public string Type { get; init; } = "default";
    /// <summary>linear, llama3: how many times longer the context became.</summary>
    public double Factor { get; init; } = 1;
    /// <summary>llama3: wavelengths above original / low are divided by the factor.</summary>
    public double LowFreqFactor { get; init; } = 1;
    /// <summary>llama3: wavelengths below original / high stay as they are.</summary>
    public double HighFreqFactor { get; init; } = 4;
    /// <summary>llama3: the context of the pre-training.</summary>
    public int OriginalMaxPositionEmbeddings { get; init; } = 8192;
}

/// <summary>The parts that differ between families of decoders. A new family adds a row to <see cref="Of"/>.</summary>
/// <param name="QueryKeyNorm">RMSNorm over each query's and key's head dimension before the rotation.</param>
public sealed record DecoderParts(bool QueryKeyNorm, bool QueryKeyValueBias, bool OutputBias, bool MlpBias)
{
    /// <summary>The families this build knows.</summary>
    public static IReadOnlyList<string> ModelTypes { get; } = ["llama", "qwen3"];

    /// <summary>The class that Hugging Face's <c>architectures</c> names.</summary>
    public static string ArchitectureOf(string modelType) => modelType switch
    {
        "llama" => "LlamaForCausalLM",
        "qwen3" => "Qwen3ForCausalLM",
        _ => throw new ArgumentOutOfRangeException(nameof(modelType), modelType, "Not a known model type."),
    };

    public static DecoderParts Of(ModelConfig config) => config.ModelType switch
    {
        "llama" => new DecoderParts(false, config.AttentionBias, config.AttentionBias, config.MlpBias),
        "qwen3" => new DecoderParts(true, config.AttentionBias, config.AttentionBias, MlpBias: false),
        _ => throw new ArgumentOutOfRangeException(nameof(config), config.ModelType, "Not a known model type."),
    };
}
