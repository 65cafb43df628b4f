using System.Text.Json.Serialization;

namespace Swift.Contracts.Pipelines;

/// <summary>
/// A pipeline: a base model and ordered stages. The names are ms-swift's, nested by concern.
/// A record of these types with every default filled in is what an experiment's first event holds.
/// </summary>
public sealed record PipelineSpec
{
    /// <summary>Lower-case letters, digits, <c>-</c>, <c>_</c>, <c>.</c>; 1 to 100 characters.</summary>
    public required string Name { get; init; }

    public string? Description { get; init; }

    /// <summary>Seed of everything random: initial weights, shuffling, sampling.</summary>
    public long Seed { get; init; } = 42;

    public required ModelSpec Model { get; init; }

    /// <summary>At least one; run in this order, each on the model the one before left.</summary>
    public required IReadOnlyList<StageSpec> Stages { get; init; }
}

/// <summary>Where the first model comes from: a folder, or random weights of a given shape.</summary>
public sealed record ModelSpec
{
    /// <summary>A Hugging Face folder (config.json, *.safetensors, a tokenizer). Excludes <see cref="Config"/>.</summary>
    public string? Path { get; init; }

    /// <summary>The shape of a model to start from random weights. Needs <see cref="Tokenizer"/>.</summary>
    public ModelConfigSpec? Config { get; init; }

    /// <summary>A <c>tokenizer.json</c> or <c>tokenizer.model</c>, or a folder that holds one, or <c>vocab.json</c> with <c>merges.txt</c>. Default: the one in <see cref="Path"/>.</summary>
    public string? Tokenizer { get; init; }

    /// <summary><c>float32</c> (the only one trained today).</summary>
    public string TorchDtype { get; init; } = "float32";
}

/// <summary>A decoder's shape, by the names of Hugging Face's <c>config.json</c>.</summary>
public sealed record ModelConfigSpec
{
    /// <summary><c>llama</c>, <c>mistral</c>, <c>qwen2</c>, <c>qwen3</c>, <c>gemma2</c>, <c>gemma3_text</c>, <c>phi3</c>, <c>mixtral</c> or <c>qwen3_moe</c>.</summary>
    public string ModelType { get; init; } = "qwen3";
    /// <summary>Default: the tokenizer's size, rounded up to a multiple of 64.</summary>
    public int? VocabSize { get; init; }
    public int HiddenSize { get; init; } = 128;
    /// <summary>Default: 3 × hidden_size.</summary>
    public int? IntermediateSize { get; init; }
    public int NumHiddenLayers { get; init; } = 4;
    public int NumAttentionHeads { get; init; } = 4;
    /// <summary>Default: num_attention_heads.</summary>
    public int? NumKeyValueHeads { get; init; }
    /// <summary>Default: hidden_size / num_attention_heads.</summary>
    public int? HeadDim { get; init; }
    public int MaxPositionEmbeddings { get; init; } = 1024;
    public double RopeTheta { get; init; } = 10_000;
    /// <summary>Positions that a sliding layer sees. Default: 4096 in the families whose layers alternate (Gemma), elsewhere none slides.</summary>
    public int? SlidingWindow { get; init; }
    /// <summary>Experts of a layer in the families that have them. Default: 8.</summary>
    public int? NumExperts { get; init; }
    /// <summary>Experts that each position goes through. Default: 2.</summary>
    public int? NumExpertsPerTok { get; init; }
    /// <summary>Width of an expert of a <c>qwen3_moe</c>; elsewhere it is intermediate_size. Default: hidden_size.</summary>
    public int? MoeIntermediateSize { get; init; }
    public double RmsNormEps { get; init; } = 1e-6;
    public bool TieWordEmbeddings { get; init; } = true;
    /// <summary>Standard deviation of the initial weights.</summary>
    public double InitializerRange { get; init; } = 0.02;
}

/// <summary>What a stage does.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<StageKind>))]
public enum StageKind
{
    /// <summary>Makes the base model an artifact. Put in front of every pipeline by Swift itself.</summary>
    Prepare,
    /// <summary>Supervised fine-tuning.</summary>
    Sft,
    /// <summary>Group relative policy optimisation and its family.</summary>
    Grpo,
    /// <summary>Generated answers compared with a held-out set.</summary>
    Eval,
    /// <summary>The model in formats of others.</summary>
    Export,
    /// <summary>The model behind an OpenAI-compatible endpoint.</summary>
    Deploy,
    /// <summary>The model as a new version in the registry, and behind an alias if the gates hold.</summary>
    Register,
}

/// <summary>One stage. Only the sections that its kind uses may be present; the reader of specifications enforces it.</summary>
public sealed record StageSpec
{
    public required StageKind Kind { get; init; }

    /// <summary>Unique in the pipeline. Default: the kind, numbered if it occurs again.</summary>
    public string? Name { get; init; }

    /// <summary>sft, grpo, eval.</summary>
    public DataSpec? Data { get; init; }

    /// <summary>sft, grpo.</summary>
    public TrainSpec? Train { get; init; }

    /// <summary>grpo, eval.</summary>
    public GenerationSpec? Generation { get; init; }

    /// <summary>grpo.</summary>
    public GrpoSpec? Grpo { get; init; }

    /// <summary>eval.</summary>
    public EvalSpec? Eval { get; init; }

    /// <summary>export.</summary>
    public ExportSpec? Export { get; init; }

    /// <summary>deploy.</summary>
    public DeploySpec? Deploy { get; init; }

    /// <summary>register.</summary>
    public RegisterSpec? Register { get; init; }
}
