using Swift.Models.Config;
using static TorchSharp.torch;

namespace Swift.Models.Decoders;

/// <summary>One layer: x + attention(norm(x)), then that + feed-forward(norm(that)).</summary>
internal sealed class DecoderLayer
{
    private readonly ModelConfig _config;
    private readonly AttentionLayer _attention;
    private readonly Tensor _inputNorm;
    private readonly Tensor _qkv;
    private readonly Tensor? _qkvBias;
    private readonly Tensor? _queryNorm;
    private readonly Tensor? _keyNorm;
    private readonly Tensor _output;
    private readonly Tensor? _outputBias;
    private readonly Tensor _feedForwardNorm;
    private readonly Tensor _gateUp;
    private readonly Tensor? _gateUpBias;
    private readonly Tensor _down;
    private readonly Tensor? _downBias;

    public DecoderLayer(ModelConfig config, int index, ParameterBuilder parameters)
    {
        _config = config;
        _attention = new AttentionLayer(index, config.WindowOf(index));
        var prefix = $"model.layers.{index}.";
        var attention = prefix + "self_attn.";
        var mlp = prefix + "mlp.";
        long hidden = config.HiddenSize, ffn = config.IntermediateSize;
        long queries = (long)config.NumAttentionHeads * config.HeadDim, keys = (long)config.NumKeyValueHeads * config.HeadDim;
        (string, long)[] qkv = [("q_proj", queries), ("k_proj", keys), ("v_proj", keys)];
        (string, long)[] gateUp = [("gate_proj", ffn), ("up_proj", ffn)];

        _inputNorm = parameters.Norm(prefix + "input_layernorm", hidden);
        _qkv = parameters.Fused(attention, "qkv_proj", qkv, hidden);
        _qkvBias = config.QueryKeyValueBias ? parameters.FusedBias(attention, "qkv_proj", qkv) : null;
        _queryNorm = config.Family.QueryKeyNorm ? parameters.Norm(attention + "q_norm", config.HeadDim) : null;
        _keyNorm = config.Family.QueryKeyNorm ? parameters.Norm(attention + "k_norm", config.HeadDim) : null;
        _output = parameters.Weight(attention + "o_proj", hidden, queries);
        _outputBias = config.OutputBias ? parameters.Bias(attention + "o_proj", hidden) : null;
        _feedForwardNorm = parameters.Norm(prefix + "post_attention_layernorm", hidden);
        _gateUp = parameters.Fused(mlp, "gate_up_proj", gateUp, hidden);
        _gateUpBias = config.MlpBias ? parameters.FusedBias(mlp, "gate_up_proj", gateUp) : null;
        _down = parameters.Weight(mlp + "down_proj", hidden, ffn);
        _downBias = config.MlpBias ? parameters.Bias(mlp + "down_proj", hidden) : null;
    }

    /// <param name="x">[batch, seq, hidden].</param>
    /// <param name="cos">[batch, seq, 1, headDim].</param>
    /// <param name="sin">[batch, seq, 1, headDim].</param>
    /// <returns>[batch, seq, hidden].</returns>
    public Tensor Forward(Tensor x, Tensor cos, Tensor sin, AttentionContext attention)
    {
        using var scope = NewDisposeScope();
        x = x.add(Attention(RmsNorm.Apply(x, _inputNorm, _config.RmsNormEps), cos, sin, attention));
        return x.add(FeedForward(RmsNorm.Apply(x, _feedForwardNorm, _config.RmsNormEps))).MoveToOuterDisposeScope();
    }

    private Tensor Attention(Tensor x, Tensor cos, Tensor sin, AttentionContext attention)
    {
        using var scope = NewDisposeScope();
        long heads = _config.NumAttentionHeads, keyHeads = _config.NumKeyValueHeads, headDim = _config.HeadDim;
        var qkv = nn.functional.linear(x, _qkv, _qkvBias).view(x.shape[0], x.shape[1], heads + 2 * keyHeads, headDim);
        var value = qkv.narrow(2, heads + keyHeads, keyHeads);

        // Queries and keys go through norm and rotation together: half the operations.
        var queryKey = qkv.narrow(2, 0, heads + keyHeads);
        if (_queryNorm is not null)
        {
            var gains = cat([_queryNorm.expand(heads, headDim), _keyNorm!.expand(keyHeads, headDim)], 0);
            queryKey = RmsNorm.Apply(queryKey, gains, _config.RmsNormEps);
        }
        queryKey = queryKey.mul(cos).add_(queryKey.roll(headDim / 2, -1).mul_(sin));
        var attended = attention.Attend(
            _attention, queryKey.narrow(2, 0, heads), queryKey.narrow(2, heads, keyHeads), value);
        return nn.functional.linear(attended, _output, _outputBias).MoveToOuterDisposeScope();
    }

    /// <summary>SwiGLU: down(silu(gate(x)) · up(x)) (arXiv:2002.05202).</summary>
    private Tensor FeedForward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var gateUp = nn.functional.linear(x, _gateUp, _gateUpBias);
        long ffn = _config.IntermediateSize;
        var activated = nn.functional.silu(gateUp.narrow(-1, 0, ffn)).mul(gateUp.narrow(-1, ffn, ffn));
        return nn.functional.linear(activated, _down, _downBias).MoveToOuterDisposeScope();
    }
}
