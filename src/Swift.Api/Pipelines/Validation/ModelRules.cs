using Swift.Api.Pipelines.Reading;
using Swift.Contracts.Pipelines;

namespace Swift.Api.Pipelines.Validation;

/// <summary>The base model: one source, and a shape that a decoder can have.</summary>
internal static class ModelRules
{
    public static void Check(ModelSpec model, SpecificationErrors errors)
    {
        var rules = new Rules("model", errors);
        if (model.Path is not null && model.Config is not null)
            rules.Error("config", "Stands beside path; keep one: path (a model folder) or config (random weights).", "path");
        if (model.Path is null && model.Config is null && !errors.Knows("model.path") && !errors.Knows("model.config"))
            errors.Add("model", "Names no model; write path (a model folder) or config (random weights, with tokenizer).");
        if (model.Config is not null && model.Tokenizer is null)
            rules.Error("tokenizer", "Missing; a model from config needs a tokenizer.json, a tokenizer.model, or a folder that holds a tokenizer.");
        rules.Word(model.TorchDtype);
        if (model.Config is { } config) Shape(config, new Rules("model.config", errors));
    }

    private static void Shape(ModelConfigSpec config, Rules rules)
    {
        rules.Word(config.ModelType);
        rules.Between(config.VocabSize, 1, 4_194_304);
        rules.Between(config.HiddenSize, 1, 65_536);
        rules.Between(config.IntermediateSize, 1, 1_048_576);
        rules.Between(config.NumHiddenLayers, 1, 1_024);
        rules.Between(config.NumAttentionHeads, 1, 1_024);
        rules.Between(config.NumKeyValueHeads, 1, 1_024);
        rules.Between(config.HeadDim, 1, 4_096);
        rules.Between(config.MaxPositionEmbeddings, 1, 16_777_216);
        rules.Positive(config.RopeTheta);
        rules.Between(config.SlidingWindow, 1, 16_777_216);
        rules.Between(config.NumExperts, 1, 1_024);
        rules.Between(config.NumExpertsPerTok, 1, config.NumExperts ?? 8);
        rules.Between(config.MoeIntermediateSize, 1, 1_048_576);
        rules.Positive(config.RmsNormEps);
        rules.Positive(config.InitializerRange);

        var (hidden, heads, keyValueHeads) = (config.HiddenSize, config.NumAttentionHeads, config.NumKeyValueHeads);
        if (heads < 1 || hidden < 1) return;
        if (config.HeadDim is null && hidden % heads != 0)
            rules.Error("hidden_size", $"Is {hidden}, which {heads} num_attention_heads do not divide; change one, or write head_dim.", "num_attention_heads", "head_dim");
        else if (config.HeadDim is null && hidden / heads % 2 != 0)
            rules.Error("hidden_size", $"Gives {hidden / heads} dimensions per head; rotary positions need an even number.", "num_attention_heads", "head_dim");
        if (config.HeadDim is { } dimensions && dimensions % 2 != 0)
            rules.Error("head_dim", $"Is {dimensions}; rotary positions need an even number.");
        if (keyValueHeads is { } kv && kv >= 1 && heads % kv != 0)
            rules.Error("num_key_value_heads", $"Is {kv}, which does not divide the {heads} num_attention_heads.", "num_attention_heads");
    }
}
