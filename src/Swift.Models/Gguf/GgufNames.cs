using Swift.Models.Config;

namespace Swift.Models.Gguf;

/// <summary>Names of tensors: Hugging Face's and llama.cpp's.</summary>
internal static class GgufNames
{
    private const string LayerPrefix = "model.layers.";

    private static readonly Dictionary<string, string> Outside = new(StringComparer.Ordinal)
    {
        ["model.embed_tokens"] = "token_embd",
        ["model.norm"] = "output_norm",
        ["lm_head"] = "output",
    };

    private static readonly Dictionary<string, string> Inside = new(StringComparer.Ordinal)
    {
        ["input_layernorm"] = "attn_norm",
        ["self_attn.q_proj"] = "attn_q",
        ["self_attn.k_proj"] = "attn_k",
        ["self_attn.v_proj"] = "attn_v",
        ["self_attn.o_proj"] = "attn_output",
        ["self_attn.q_norm"] = "attn_q_norm",
        ["self_attn.k_norm"] = "attn_k_norm",
        ["post_attention_layernorm"] = "ffn_norm",
        ["mlp.gate_proj"] = "ffn_gate",
        ["mlp.up_proj"] = "ffn_up",
        ["mlp.down_proj"] = "ffn_down",
    };

    /// <summary><c>model.layers.3.mlp.up_proj.weight</c> is <c>blk.3.ffn_up.weight</c>.</summary>
    public static string Of(string huggingFace)
    {
        var dot = huggingFace.LastIndexOf('.');
        var (module, kind) = (huggingFace[..dot], huggingFace[dot..]);
        if (!module.StartsWith(LayerPrefix, StringComparison.Ordinal))
            return Outside[module] + kind;
        var rest = module[LayerPrefix.Length..];
        var end = rest.IndexOf('.');
        return $"blk.{rest[..end]}.{Inside[rest[(end + 1)..]]}{kind}";
    }

    /// <summary>Heads whose rows llama.cpp keeps in another order, or null: query and key projections of families whose rotation it interleaves.</summary>
    public static int? InterleavedHeads(ModelConfig config, string huggingFace) => !config.Family.InterleavedInGguf ? null
        : huggingFace.Contains(".q_proj.", StringComparison.Ordinal) ? config.NumAttentionHeads
        : huggingFace.Contains(".k_proj.", StringComparison.Ordinal) ? config.NumKeyValueHeads
        : null;
}
