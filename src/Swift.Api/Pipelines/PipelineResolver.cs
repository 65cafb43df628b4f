using Swift.Api.Pipelines.Reading;
using Swift.Api.Pipelines.Validation;
using Swift.Contracts.Pipelines;

namespace Swift.Api.Pipelines;

/// <summary>
/// Writes every default of a pipeline out, so that what ran can be read from the first event alone.
/// Resolving what is resolved changes nothing.
/// </summary>
public static class PipelineResolver
{
    public const string PrepareStageName = "prepare";

    /// <summary>Rows that one optimiser step of sft sees at least, when the user says nothing.</summary>
    private const int RowsPerStep = 16;

    /// <param name="pipeline">Valid, with absolute paths.</param>
    /// <param name="facts">What its files say.</param>
    public static PipelineSpec Resolve(PipelineSpec pipeline, PipelineFacts facts)
    {
        var names = StageNames(pipeline.Stages);
        var stages = pipeline.Stages.Select((stage, index) => Stage(stage with { Name = names[index] }, index, pipeline, facts));
        var prepared = pipeline.Stages is [{ Kind: StageKind.Prepare }, ..];
        return pipeline with
        {
            Model = pipeline.Model with { Config = pipeline.Model.Config is { } config ? Shape(config, facts) : null },
            Stages = prepared ? [.. stages] : [new StageSpec { Kind = StageKind.Prepare, Name = PrepareStageName }, .. stages],
        };
    }

    /// <summary>Completions of one iteration; by default 8 groups.</summary>
    internal static int GenerationBatchSize(GrpoSpec grpo) => grpo.GenerationBatchSize ?? 8 * grpo.NumGenerations;

    private static ModelConfigSpec Shape(ModelConfigSpec config, PipelineFacts facts) => config with
    {
        VocabSize = config.VocabSize ?? (facts.TokenizerSize + 63) / 64 * 64,
        IntermediateSize = config.IntermediateSize ?? 3 * config.HiddenSize,
        NumKeyValueHeads = config.NumKeyValueHeads ?? config.NumAttentionHeads,
        HeadDim = config.HeadDim ?? config.HiddenSize / config.NumAttentionHeads,
        SlidingWindow = config.SlidingWindow ?? (config.ModelType is "gemma2" or "gemma3_text" ? 4096 : null),
        NumExperts = config.NumExperts ?? (HasExperts(config) ? 8 : null),
        NumExpertsPerTok = config.NumExpertsPerTok ?? (HasExperts(config) ? Math.Min(2, config.NumExperts ?? 8) : null),
        MoeIntermediateSize = config.MoeIntermediateSize ?? (config.ModelType == "qwen3_moe" ? config.HiddenSize : null),
    };

    private static bool HasExperts(ModelConfigSpec config) => config.ModelType is "mixtral" or "qwen3_moe";

    private static StageSpec Stage(StageSpec stage, int index, PipelineSpec pipeline, PipelineFacts facts)
    {
        var data = stage.Data is null ? null : stage.Data with
        {
            MaxLength = stage.Data.MaxLength ?? facts.MaxPositionEmbeddings,
            DataSeed = stage.Data.DataSeed ?? pipeline.Seed,
        };
        return stage.Kind switch
        {
            StageKind.Sft => stage with { Data = data, Train = Supervised(stage.Train ?? new TrainSpec()) },
            StageKind.Grpo => Grpo(stage, facts.Prompts.GetValueOrDefault(index)) with { Data = data },
            StageKind.Eval => stage with
            {
                Data = data,
                Generation = Generation(stage.Generation, temperature: 0),
                Eval = stage.Eval ?? new EvalSpec(),
            },
            StageKind.Export => stage with { Export = stage.Export ?? new ExportSpec() },
            StageKind.Deploy => stage with { Deploy = Deployment(stage.Deploy ?? new DeploySpec(), pipeline) },
            StageKind.Register => stage with { Register = Registration(stage.Register ?? new RegisterSpec(), index, pipeline) },
            _ => stage,
        };
    }

    private static DeploySpec Deployment(DeploySpec deploy, PipelineSpec pipeline) => deploy with
    {
        ServedModelName = deploy.ServedModelName ?? pipeline.Name,
        ModelName = deploy.Alias is null ? null : deploy.ModelName ?? pipeline.Name,
    };

    private static RegisterSpec Registration(RegisterSpec register, int index, PipelineSpec pipeline) => register with
    {
        ModelName = register.ModelName ?? pipeline.Name,
        Evaluation = register.Evaluation ?? RegisterRules.Evaluation(pipeline.Stages, index),
    };

    private static TrainSpec Supervised(TrainSpec train) => train with
    {
        GradientAccumulationSteps = train.GradientAccumulationSteps
            ?? (RowsPerStep + train.PerDeviceTrainBatchSize - 1) / train.PerDeviceTrainBatchSize,
    };

    private static StageSpec Grpo(StageSpec stage, int prompts)
    {
        var grpo = stage.Grpo ?? new GrpoSpec();
        grpo = grpo with
        {
            GenerationBatchSize = GenerationBatchSize(grpo),
            EpsilonHigh = grpo.EpsilonHigh ?? grpo.Epsilon,
            RewardWeights = grpo.RewardWeights ?? [.. grpo.RewardFuncs.Select(_ => 1.0)],
        };
        var train = stage.Train ?? new TrainSpec();
        return stage with
        {
            Grpo = grpo,
            Generation = Generation(stage.Generation, temperature: 1),
            Train = train with
            {
                GradientAccumulationSteps = train.GradientAccumulationSteps ?? 1,
                MaxSteps = train.MaxSteps > 0 || prompts == 0 ? train.MaxSteps : StepsOf(grpo, train.NumTrainEpochs, prompts),
            },
        };
    }

    /// <summary>Optimiser steps in which every prompt is used <paramref name="epochs"/> times; the last iteration is a whole one.</summary>
    private static int StepsOf(GrpoSpec grpo, double epochs, int prompts)
    {
        var promptsOfIteration = grpo.GenerationBatchSize!.Value / grpo.NumGenerations;
        var iterations = Math.Max(1, Math.Ceiling(epochs * prompts / promptsOfIteration));
        return (int)Math.Min(iterations * grpo.StepsPerGeneration * grpo.NumIterations, int.MaxValue);
    }

    private static GenerationSpec Generation(GenerationSpec? generation, double temperature)
    {
        generation ??= new GenerationSpec();
        return generation with { Temperature = generation.Temperature ?? temperature };
    }

    /// <summary>A stage without a name is called after its kind; the second of a kind <c>eval-2</c>, and so on, past the names that are taken.</summary>
    internal static IReadOnlyList<string> StageNames(IReadOnlyList<StageSpec> stages)
    {
        var taken = stages.Select(stage => stage.Name).OfType<string>().ToHashSet();
        var names = new List<string>();
        foreach (var stage in stages)
        {
            var kind = EnumText.Of(stage.Kind);
            var name = stage.Name ?? kind;
            for (var number = 2; stage.Name is null && !taken.Add(name); number++) name = $"{kind}-{number}";
            names.Add(name);
        }
        return names;
    }
}
