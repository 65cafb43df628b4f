namespace Swift.Contracts.Pipelines;

/// <summary>Which rows a stage sees and how they become positions.</summary>
public sealed record DataSpec
{
    /// <summary>
    /// Paths of files (JSON, JSON lines, CSV, Parquet, text; gzip, Zstandard) or folders of them; <c>path#500</c> takes 500 rows. A
    /// pattern (<c>new/**/*.jsonl</c>) means the files that there are when the experiment is submitted, in the order of their paths.
    /// </summary>
    public required IReadOnlyList<string> Dataset { get; init; }

    /// <summary>Renames columns: <c>{"question": "query"}</c>.</summary>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new Dictionary<string, string>();

    /// <summary>System message put in front of every conversation that has none.</summary>
    public string? System { get; init; }

    /// <summary>Longest sample in positions. Default: the model's max_position_embeddings.</summary>
    public int? MaxLength { get; init; }

    /// <summary><c>delete</c> drops a longer sample (counted), <c>left</c> and <c>right</c> cut it, <c>split</c> makes several samples of a text without a question.</summary>
    public string TruncationStrategy { get; init; } = "delete";

    /// <summary>Puts several samples in one row of max_length positions; none sees another.</summary>
    public bool Packing { get; init; }

    /// <summary><c>binpack</c> (best-fit decreasing) or <c>sequential</c> (order kept).</summary>
    public string PackingStrategy { get; init; } = "binpack";

    public bool DatasetShuffle { get; init; } = true;

    /// <summary>Default: the pipeline's seed.</summary>
    public long? DataSeed { get; init; }

    /// <summary><c>default</c> (every assistant turn), <c>last_round</c> or <c>all</c>, and modifiers behind a <c>+</c>: see <see cref="LossScaleName"/>.</summary>
    public string LossScale { get; init; } = "default";

    /// <summary>Weights of the modifier <c>custom</c>, in the form of ms-swift's files: <c>{"Action:": [2, 2]}</c>; see <see cref="LossScaleName.ProblemOf"/>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>>? LossScaleRules { get; init; }

    /// <summary>Share of every data set that is not learned from but measured at the end of the stage, as <c>eval_loss</c>.</summary>
    public double SplitDatasetRatio { get; init; }

    /// <summary>Mixes the data sets by these probabilities, one each, instead of putting them one after the other.</summary>
    public IReadOnlyList<double>? InterleaveProb { get; init; }

    /// <summary>When mixing ends: <c>first_exhausted</c>, or <c>all_exhausted</c>: shorter data sets begin again.</summary>
    public string StoppingStrategy { get; init; } = "first_exhausted";

    /// <summary>A bad row fails the stage instead of being dropped and counted.</summary>
    public bool Strict { get; init; }
}

/// <summary>Optimiser, schedule and the size of a segment.</summary>
public sealed record TrainSpec
{
    /// <summary><c>full</c>.</summary>
    public string TunerType { get; init; } = "full";
    public double LearningRate { get; init; } = 1e-5;
    /// <summary><c>cosine</c>, <c>linear</c> or <c>constant</c>.</summary>
    public string LrSchedulerType { get; init; } = "cosine";
    public double WarmupRatio { get; init; }
    public double WeightDecay { get; init; } = 0.1;
    public double AdamBeta1 { get; init; } = 0.9;
    public double AdamBeta2 { get; init; } = 0.95;
    public double AdamEpsilon { get; init; } = 1e-8;
    /// <summary>Largest norm of the gradient; 0 = no clipping.</summary>
    public double MaxGradNorm { get; init; } = 1.0;
    public double NumTrainEpochs { get; init; } = 3;
    /// <summary>Optimiser steps; -1 = from num_train_epochs.</summary>
    public int MaxSteps { get; init; } = -1;
    /// <summary>Rows (packed rows when packing) of one forward and backward.</summary>
    public int PerDeviceTrainBatchSize { get; init; } = 1;
    /// <summary>Default: so many that a step sees at least 16 rows (sft), 1 (grpo).</summary>
    public int? GradientAccumulationSteps { get; init; }
    /// <summary>Weight of the loss that balances the routers of a mixture of experts; 0 = without.</summary>
    public double RouterAuxLossCoef { get; init; }
    public int LoggingSteps { get; init; } = 5;
    /// <summary>Optimiser steps of one segment: the unit of retry, pause and resume.</summary>
    public int SegmentSteps { get; init; } = 100;
    /// <summary>A segment also ends after this many seconds; the next goes on from there.</summary>
    public int SegmentSeconds { get; init; } = 300;
}

/// <summary>How completions are sampled.</summary>
public sealed record GenerationSpec
{
    public int MaxNewTokens { get; init; } = 512;
    /// <summary>0 = greedy. Default: 0 for eval, 1 for grpo.</summary>
    public double? Temperature { get; init; }
    /// <summary>-1 or 0 = all tokens.</summary>
    public int TopK { get; init; } = -1;
    public double TopP { get; init; } = 1.0;
    public double MinP { get; init; }
    public double RepetitionPenalty { get; init; } = 1.0;
    /// <summary>Texts that end a completion.</summary>
    public IReadOnlyList<string> StopWords { get; init; } = [];
    /// <summary>Sequences generated together.</summary>
    public int MaxBatchSize { get; init; } = 64;
}

/// <summary>The GRPO family (GRPO, arXiv:2402.03300). Names and defaults are ms-swift's.</summary>
public sealed record GrpoSpec
{
    /// <summary>Completions of one prompt: the group.</summary>
    public int NumGenerations { get; init; } = 8;
    /// <summary>Completions of one iteration; a multiple of num_generations. Default: 8 groups.</summary>
    public int? GenerationBatchSize { get; init; }
    /// <summary>Optimiser steps over one batch of completions.</summary>
    public int StepsPerGeneration { get; init; } = 1;
    /// <summary>Times one batch of completions is gone through.</summary>
    public int NumIterations { get; init; } = 1;
    public IReadOnlyList<string> RewardFuncs { get; init; } = ["accuracy", "format"];
    /// <summary>One weight per reward function. Default: 1 each.</summary>
    public IReadOnlyList<double>? RewardWeights { get; init; }
    public double Epsilon { get; init; } = 0.2;
    /// <summary>Default: epsilon. For <c>cispo</c> the absolute cap of the ratio, 1 or more.</summary>
    public double? EpsilonHigh { get; init; }
    /// <summary>Upper limit of the ratio for negative advantages too (dual clip). Null = none.</summary>
    public double? Delta { get; init; }
    /// <summary>Weight of the KL term; 0 = no reference model.</summary>
    public double Beta { get; init; } = 0.04;
    /// <summary><c>grpo</c>, <c>bnpo</c>, <c>dr_grpo</c>, <c>dapo</c>, <c>cispo</c> (needs <see cref="EpsilonHigh"/>) or <c>sapo</c>.</summary>
    public string LossType { get; init; } = "grpo";
    /// <summary><c>token</c>, <c>sequence</c> or <c>sequence_token</c>.</summary>
    public string ImportanceSamplingLevel { get; init; } = "token";
    /// <summary><c>grpo</c>, <c>rloo</c> or <c>reinforce_plus_plus</c>.</summary>
    public string AdvantageEstimator { get; init; } = "grpo";
    /// <summary><c>group</c>, <c>batch</c> or <c>none</c>.</summary>
    public string ScaleRewards { get; init; } = "group";
    /// <summary>Messages that one batch of completions is asked for with. Fixed by the specification, not by the number of workers, so that the result does not depend on how many there are.</summary>
    public int RolloutShards { get; init; } = 2;
    /// <summary>Starts the next generation while the last batch trains: one version stale, recorded and exact.</summary>
    public bool AsyncGenerate { get; init; }
}

/// <summary>What is measured on the generated answers.</summary>
public sealed record EvalSpec
{
    /// <summary><c>accuracy</c>: exact match of the extracted answer.</summary>
    public string Metric { get; init; } = "accuracy";
    /// <summary>Rows taken from the front; null = all.</summary>
    public int? EvalLimit { get; init; }
}

/// <summary>In which formats the model is written.</summary>
public sealed record ExportSpec
{
    /// <summary><c>safetensors</c> (a Hugging Face folder), <c>gguf</c>.</summary>
    public IReadOnlyList<string> Formats { get; init; } = ["safetensors", "gguf"];
    /// <summary>One file each: <c>f32</c>, <c>q8_0</c>.</summary>
    public IReadOnlyList<string> GgufTypes { get; init; } = ["f32", "q8_0"];
}

/// <summary>Under which name which model is served.</summary>
public sealed record DeploySpec
{
    /// <summary>Default: the pipeline's name.</summary>
    public string? ServedModelName { get; init; }
    /// <summary>Alias of a registered model: what it means is served, and whenever it moves, what it means then. Null: the pipeline's own model, for good.</summary>
    public string? Alias { get; init; }
    /// <summary>The registered model whose alias it is. Default: the pipeline's name.</summary>
    public string? ModelName { get; init; }
}

/// <summary>As what the model is registered, and what must hold for it to be promoted.</summary>
public sealed record RegisterSpec
{
    /// <summary>Default: the pipeline's name.</summary>
    public string? ModelName { get; init; }
    /// <summary>What is moved to the new version when every gate holds.</summary>
    public string Alias { get; init; } = "champion";
    /// <summary>The eval stage whose scores count. Default: the nearest one in front.</summary>
    public string? Evaluation { get; init; }
    /// <summary><c>accuracy >= 0.8</c>, or compared with the version that an alias means: <c>accuracy >= champion - 0.01</c>.</summary>
    public IReadOnlyList<string> Gates { get; init; } = [];
}
