namespace Swift.Models.Config;

/// <summary>A decoder's shape and constants, by the names of Hugging Face's <c>config.json</c>; every default is resolved.</summary>
public sealed record ModelConfig
{
    /// <summary>Decides which parts a layer has, see <see cref="Family"/>.</summary>
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
    /// <summary>Biases on the query, key and value projections.</summary>
    public bool QueryKeyValueBias { get; init; }
    /// <summary>A bias on the output projection of the attention.</summary>
    public bool OutputBias { get; init; }
    /// <summary>Biases on the projections of the feed-forward network.</summary>
    public bool MlpBias { get; init; }
    public Activation Activation { get; init; }
    /// <summary>Scores are divided by its square root; null = <see cref="HeadDim"/>.</summary>
    public double? QueryPreAttnScalar { get; init; }
    /// <summary>Scores s become c · tanh(s / c) before the mask; null = they stay.</summary>
    public double? AttnLogitSoftcapping { get; init; }
    /// <summary>Logits s become c · tanh(s / c); null = they stay.</summary>
    public double? FinalLogitSoftcapping { get; init; }
    /// <summary>Feed-forward networks of a layer from which a router chooses; 0 = one network, no router.</summary>
    public int NumExperts { get; init; }
    /// <summary>Networks that each position goes through.</summary>
    public int NumExpertsPerTok { get; init; }
    /// <summary>Width of each of these networks.</summary>
    public int MoeIntermediateSize { get; init; }
    /// <summary>The probabilities of the chosen networks are scaled to sum to 1.</summary>
    public bool NormTopkProb { get; init; }
    /// <summary>Layers that have one network of <see cref="IntermediateSize"/> in spite of <see cref="NumExperts"/>.</summary>
    public IReadOnlyList<int> DenseLayers { get; init; } = [];
    /// <summary>Weight of the loss that balances the routers, as the model's makers used it.</summary>
    public double RouterAuxLossCoef { get; init; }
    public RopeConfig Rope { get; init; } = new();
    /// <summary>The rotation of layers that slide; null = <see cref="Rope"/>.</summary>
    public RopeConfig? SlidingRope { get; init; }
    /// <summary>The part of each head that is rotated, from its first element on.</summary>
    public double PartialRotaryFactor { get; init; } = 1;
    /// <summary>Positions that a sliding layer sees, itself included; null = no layer slides.</summary>
    public int? SlidingWindow { get; init; }
    /// <summary>One entry per layer, true where it slides; empty = none or, with <see cref="SlidingWindow"/>, all.</summary>
    public IReadOnlyList<bool> SlidingLayers { get; init; } = [];
    public HeadKind Head { get; init; }
    /// <summary>Names of the scores, by index; a reward has one, a head without scores none.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];
    /// <summary><c>single_label_classification</c>, <c>multi_label_classification</c>, <c>regression</c>, or null where the file does not say.</summary>
    public string? ProblemType { get; init; }
    public int? BosTokenId { get; init; }
    public IReadOnlyList<int> EosTokenIds { get; init; } = [];
    public int? PadTokenId { get; init; }

    /// <summary>The family of <see cref="ModelType"/>.</summary>
    public DecoderFamily Family => DecoderFamilies.Find(ModelType)
        ?? throw new InvalidOperationException($"{ModelType} is not a model type this build knows.");

    /// <summary>Elements of each head that are rotated.</summary>
    public int RotaryDim => (int)(HeadDim * PartialRotaryFactor);

    /// <summary>Scores are multiplied by it.</summary>
    public double AttentionScale => 1 / Math.Sqrt(QueryPreAttnScalar ?? HeadDim);

    /// <summary>The layer has a router and experts.</summary>
    public bool HasExperts(int layer) => NumExperts > 0 && !DenseLayers.Contains(layer);

    /// <summary>The window of a layer, or null where it sees everything before it.</summary>
    public int? WindowOf(int layer) =>
        SlidingWindow is { } window && (SlidingLayers.Count == 0 || SlidingLayers[layer]) ? window : null;
}
