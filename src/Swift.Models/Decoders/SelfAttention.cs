using Swift.Models.Config;
using static TorchSharp.torch;

namespace Swift.Models.Decoders;

/// <summary>The attention of one layer: projections, norms of queries and keys, rotation; who sees whom is the <see cref="AttentionContext"/>'s.</summary>
internal sealed class SelfAttention
{
    private readonly ModelConfig _config;
    private readonly AttentionLayer _layer;
    private readonly RmsNorm _norm;
    private readonly double _queryScale;
    private readonly Tensor _qkv;
    private readonly Tensor? _qkvBias;
    private readonly Tensor? _queryNorm;
    private readonly Tensor? _keyNorm;
    private readonly Tensor _output;
    private readonly Tensor? _outputBias;

    public SelfAttention(ModelConfig config, int index, ParameterBuilder parameters)
    {
        (_config, _norm) = (config, new RmsNorm(config.RmsNormEps, config.Family.CentredNorms));
        _layer = new AttentionLayer(index, config.WindowOf(index), config.AttnLogitSoftcapping);
        // Contexts divide scores by √headDim.
        _queryScale = config.AttentionScale * Math.Sqrt(config.HeadDim);
        var prefix = $"model.layers.{index}.self_attn.";
        long queries = (long)config.NumAttentionHeads * config.HeadDim, keys = (long)config.NumKeyValueHeads * config.HeadDim;
        (string, long)[] parts = config.Family.FusedProjections
            ? [("qkv_proj", queries + 2 * keys)]
            : [("q_proj", queries), ("k_proj", keys), ("v_proj", keys)];
        _qkv = parameters.Fused(prefix, "qkv_proj", parts, config.HiddenSize);
        _qkvBias = config.QueryKeyValueBias ? parameters.FusedBias(prefix, "qkv_proj", parts) : null;
        _queryNorm = config.Family.QueryKeyNorm ? parameters.Norm(prefix + "q_norm", config.HeadDim) : null;
        _keyNorm = config.Family.QueryKeyNorm ? parameters.Norm(prefix + "k_norm", config.HeadDim) : null;
        _output = parameters.Weight(prefix + "o_proj", config.HiddenSize, queries);
        _outputBias = config.OutputBias ? parameters.Bias(prefix + "o_proj", config.HiddenSize) : null;
    }

    /// <param name="x">[batch, seq, hidden].</param>
    /// <returns>[batch, seq, hidden].</returns>
    public Tensor Forward(Tensor x, Rotation rotation, AttentionContext context)
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
            queryKey = _norm.Apply(queryKey, gains);
        }
        queryKey = rotation.Apply(queryKey);
        var query = queryKey.narrow(2, 0, heads);
        if (_queryScale != 1)
            query = query.mul(_queryScale);
        var attended = context.Attend(_layer, query, queryKey.narrow(2, heads, keyHeads), value);
        return nn.functional.linear(attended, _output, _outputBias).MoveToOuterDisposeScope();
    }
}
