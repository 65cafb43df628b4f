using Swift.Api.Pipelines.Reading;
using Swift.Contracts.Pipelines;

namespace Swift.Api.Pipelines.Validation;

/// <summary>One stage: the sections that its kind uses, and their settings.</summary>
internal static class StageRules
{
    public static void Check(StageSpec stage, string path, SpecificationErrors errors)
    {
        if (errors.Knows(SpecificationPath.Field(path, "kind"))) return;
        if (stage.Kind == StageKind.Prepare)
        {
            errors.Add(SpecificationPath.Field(path, "kind"), "prepare is put in front of every pipeline by Swift itself; remove this stage.");
            return;
        }
        Sections(stage, path, errors);

        if (stage.Data is { } data) Data(data, stage.Kind, Section("data"));
        if (stage.Train is { } train) Train(train, Section("train"));
        if (stage.Generation is { } generation) Generation(generation, stage.Kind, Section("generation"));
        if (stage.Kind == StageKind.Grpo) GrpoRules.Check(stage.Grpo ?? new GrpoSpec(), Section("grpo"));
        if (stage.Eval is { } eval) Eval(eval, Section("eval"));
        if (stage.Export is { } export) Export(export, Section("export"));
        if (stage.Deploy is { } deploy) Deploy(deploy, Section("deploy"));

        Rules Section(string name) => new(SpecificationPath.Field(path, name), errors);
    }

    private static void Sections(StageSpec stage, string path, SpecificationErrors errors)
    {
        var kind = EnumText.Of(stage.Kind);
        var used = StageSections.UsedBy(stage.Kind);
        foreach (var (name, of) in StageSections.All)
            if (of(stage) is not null && !used.Contains(name))
                errors.Add(SpecificationPath.Field(path, name), $"A stage of the kind {kind} does not use {name}; remove it ({kind} uses {string.Join(", ", used)}).");
        if (used.Contains("data") && stage.Data is null)
            errors.Add(SpecificationPath.Field(path, "data"), $"Missing; a stage of the kind {kind} needs data with a dataset.");
    }

    private static void Data(DataSpec data, StageKind kind, Rules rules)
    {
        if (data.Dataset.Count == 0) rules.Error("dataset", "Is empty; name at least one file of JSON lines.");
        foreach (var (from, to) in data.Columns)
        {
            if (from.Length == 0 || to.Length == 0) rules.Error("columns", "Renames a column without a name; write {\"old\": \"new\"}.");
            else if (data.Columns.Count(column => column.Value == to) > 1) rules.Error("columns", $"Renames several columns to \"{SpecificationPath.Shorten(to)}\"; keep one.");
        }
        rules.AtLeast(data.MaxLength, 1);
        rules.Word(data.TruncationStrategy);
        rules.Word(data.PackingStrategy);
        if (LossScaleName.Parse(data.LossScale) is null)
            rules.Error("loss_scale", $"\"{SpecificationPath.Shorten(data.LossScale)}\" is unknown; write {string.Join(", ", LossScaleName.Bases)}, and after a + any of {string.Join(", ", LossScaleName.KnownModifiers)}.");
        LossScaleRules(data, rules);
        rules.AtLeast(data.DataSeed, 0);
        rules.BelowOne(data.SplitDatasetRatio);
        if (data.SplitDatasetRatio > 0 && kind != StageKind.Sft) rules.Error("split_dataset_ratio", "Only sft holds rows out; remove it.");
        rules.Word(data.StoppingStrategy);
        if (data.InterleaveProb is { } mix && (mix.Count != data.Dataset.Count || mix.Any(p => !(p > 0)) || Math.Abs(mix.Sum() - 1) > 1e-6))
            rules.Error("interleave_prob", $"Needs one probability greater than 0 for each of the {data.Dataset.Count} data sets, 1 in all.");
        if (data.Packing && kind != StageKind.Sft) rules.Error("packing", "Only sft packs samples; remove it.");
    }

    private static void LossScaleRules(DataSpec data, Rules rules)
    {
        var custom = LossScaleName.Parse(data.LossScale)?.Modifiers.Contains(LossScaleName.Custom) ?? false;
        if (data.LossScaleRules is not { } given)
        {
            if (custom) rules.Error("loss_scale_rules", "Missing; loss_scale names custom, whose weights stand here: {\"Action:\": [2, 2]}.", "loss_scale");
        }
        else if (LossScaleName.ProblemOf(given) is { } problem) rules.Error("loss_scale_rules", problem);
        else if (!custom) rules.Error("loss_scale_rules", "Is not used; write loss_scale: default+custom, or remove it.", "loss_scale");
    }

    private static void Train(TrainSpec train, Rules rules)
    {
        rules.Word(train.TunerType);
        rules.Positive(train.LearningRate);
        rules.Word(train.LrSchedulerType);
        rules.Between(train.WarmupRatio, 0, 1);
        rules.AtLeast(train.WeightDecay, 0);
        rules.BelowOne(train.AdamBeta1);
        rules.BelowOne(train.AdamBeta2);
        rules.Positive(train.AdamEpsilon);
        rules.AtLeast(train.MaxGradNorm, 0);
        rules.AtLeast(train.RouterAuxLossCoef, 0);
        if (train.MaxSteps is not -1 and < 1) rules.Error("max_steps", $"Is {train.MaxSteps}; write 1 or more, or -1 to train num_train_epochs.");
        if (train.MaxSteps == -1 && train.NumTrainEpochs <= 0)
            rules.Error("num_train_epochs", $"Is {train.NumTrainEpochs}; write a number greater than 0, or max_steps.", "max_steps");
        rules.Between(train.NumTrainEpochs, 0, 1_000_000);
        rules.Between(train.PerDeviceTrainBatchSize, 1, 65_536);
        rules.Between(train.GradientAccumulationSteps, 1, 65_536);
        rules.AtLeast(train.LoggingSteps, 1);
        rules.AtLeast(train.SegmentSteps, 1);
        // A broker waits 30 minutes for an acknowledgement: a segment and its checkpoint must be done well before.
        rules.Between(train.SegmentSeconds, 1, 1_200);
    }

    private static void Generation(GenerationSpec generation, StageKind kind, Rules rules)
    {
        rules.Between(generation.MaxNewTokens, 1, 1_048_576);
        rules.AtLeast(generation.Temperature, 0);
        if (kind == StageKind.Grpo && generation.Temperature == 0)
            rules.Error("temperature", "Is 0: all completions of a prompt would be equal and nothing could be learned; write a number greater than 0.");
        rules.AtLeast(generation.TopK, -1);
        rules.Share(generation.TopP);
        rules.Between(generation.MinP, 0, 1);
        rules.Positive(generation.RepetitionPenalty);
        if (generation.StopWords.Contains("")) rules.Error("stop_words", "Contains an empty text, which would end every completion at once; remove it.");
        rules.Between(generation.MaxBatchSize, 1, 65_536);
    }

    private static void Eval(EvalSpec eval, Rules rules)
    {
        rules.Word(eval.Metric);
        rules.AtLeast(eval.EvalLimit, 1);
    }

    private static void Deploy(DeploySpec deploy, Rules rules)
    {
        if (deploy.ServedModelName is { } name && (name.Length is 0 or > 200 || name.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))))
            rules.Error("served_model_name", "Must be 1 to 200 characters without spaces.");
        if (deploy.Alias is { } alias && !PipelineValidation.IsName(alias)) rules.Error("alias", PipelineValidation.NamePattern);
        if (deploy.ModelName is { } model && !PipelineValidation.IsName(model)) rules.Error("model_name", PipelineValidation.NamePattern);
        if (deploy.ModelName is not null && deploy.Alias is null)
            rules.Error("model_name", "Says whose alias is followed, but there is no alias; write one (champion), or remove it.");
    }

    private static void Export(ExportSpec export, Rules rules)
    {
        rules.Words(export.Formats);
        if (export.GgufTypes.Count > 0 || export.Formats.Contains("gguf")) rules.Words(export.GgufTypes);
    }
}
