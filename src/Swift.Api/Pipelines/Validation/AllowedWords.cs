namespace Swift.Api.Pipelines.Validation;

/// <summary>The words that a setting written as text may be, by its field's name: what the libraries of the workers know. A new loss, scheduler or reward is one more word here.</summary>
internal static class AllowedWords
{
    private static readonly IReadOnlyDictionary<string, string[]> ByField = new Dictionary<string, string[]>
    {
        ["torch_dtype"] = ["float32"],
        ["model_type"] = ["llama", "mistral", "qwen2", "qwen3", "gemma2", "gemma3_text", "phi3", "mixtral", "qwen3_moe"],
        ["truncation_strategy"] = ["delete", "left", "right", "split"],
        ["packing_strategy"] = ["binpack", "sequential"],
        ["stopping_strategy"] = ["first_exhausted", "all_exhausted"],
        ["tuner_type"] = ["full"],
        ["lr_scheduler_type"] = ["cosine", "linear", "constant"],
        ["loss_type"] = ["grpo", "bnpo", "dr_grpo", "dapo", "cispo", "sapo"],
        ["importance_sampling_level"] = ["token", "sequence", "sequence_token"],
        ["advantage_estimator"] = ["grpo", "rloo", "reinforce_plus_plus"],
        ["scale_rewards"] = ["group", "batch", "none"],
        ["reward_funcs"] = ["accuracy", "format"],
        ["metric"] = ["accuracy"],
        ["formats"] = ["safetensors", "gguf"],
        ["gguf_types"] = ["f32", "f16", "bf16", "q8_0", "q4_0"],
    };

    public static IReadOnlyList<string> Of(string field) => ByField[field];
}
