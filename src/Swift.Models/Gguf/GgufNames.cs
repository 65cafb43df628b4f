using System.Text.RegularExpressions;
using Swift.Models.Config;

namespace Swift.Models.Gguf;

/// <summary>Names of tensors: Hugging Face's and llama.cpp's.</summary>
internal static partial class GgufNames
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
        ["self_attn.qkv_proj"] = "attn_qkv",
        ["self_attn.o_proj"] = "attn_output",
        ["self_attn.q_norm"] = "attn_q_norm",
        ["self_attn.k_norm"] = "attn_k_norm",
        ["post_attention_layernorm"] = "ffn_norm",
        ["mlp.gate_proj"] = "ffn_gate",
        ["mlp.up_proj"] = "ffn_up",
        ["mlp.gate_up_proj"] = "ffn_up",
        ["mlp.down_proj"] = "ffn_down",
        ["mlp.gate"] = "ffn_gate_inp",
        ["mlp.experts.gate_proj"] = "ffn_gate_exps",
        ["mlp.experts.up_proj"] = "ffn_up_exps",
        ["mlp.experts.down_proj"] = "ffn_down_exps",
        ["block_sparse_moe.gate"] = "ffn_gate_inp",
        ["block_sparse_moe.experts.w1"] = "ffn_gate_exps",
        ["block_sparse_moe.experts.w3"] = "ffn_up_exps",
        ["block_sparse_moe.experts.w2"] = "ffn_down_exps",
    };

    /// <summary>Where they mean something else, because there are four norms.</summary>
    private static readonly Dictionary<string, string> InsideSandwich = new(StringComparer.Ordinal)
    {
        ["post_attention_layernorm"] = "post_attention_norm",
        ["pre_feedforward_layernorm"] = "ffn_norm",
        ["post_feedforward_layernorm"] = "post_ffw_norm",
    };

    /// <summary>Of an expert's tensor the name of the one in which all experts of the layer are stacked; null = it is no expert's.</summary>
    public static string? OfStack(DecoderFamily family, string huggingFace)
    {
        var match = ExpertNumber().Match(huggingFace);
        return match.Success ? Of(family, huggingFace.Remove(match.Index + 1, match.Length - 2).Insert(match.Index + 1, "experts")) : null;
    }

    /// <summary><c>model.layers.3.mlp.up_proj.weight</c> is <c>blk.3.ffn_up.weight</c>.</summary>
    public static string Of(DecoderFamily family, string huggingFace)
    {
        var dot = huggingFace.LastIndexOf('.');
        var (module, kind) = (huggingFace[..dot], huggingFace[dot..]);
        if (!module.StartsWith(LayerPrefix, StringComparison.Ordinal))
            return Outside[module] + kind;
        var rest = module[LayerPrefix.Length..];
        var end = rest.IndexOf('.');
        var part = rest[(end + 1)..];
        var name = family.SandwichNorms && InsideSandwich.TryGetValue(part, out var known) ? known : Inside[part];
        return $"blk.{rest[..end]}.{name}{kind}";
    }

    [GeneratedRegex(@"\.experts\.[0-9]+\.")]
    private static partial Regex ExpertNumber();
}
