using Swift.Models.Config;
using static TorchSharp.torch;

namespace Swift.Models.Decoders;

/// <summary>One layer: x + attention(norm(x)), then that + feed-forward(norm(that)); in some families with a norm behind each of the two as well.</summary>
internal sealed class DecoderLayer
{
    private readonly RmsNorm _norm;
    private readonly Tensor _inputNorm;
    private readonly SelfAttention _attention;
    private readonly Tensor? _postAttentionNorm;
    private readonly Tensor _feedForwardNorm;
    private readonly IFeedForward _feedForward;
    private readonly Tensor? _postFeedForwardNorm;

    public DecoderLayer(ModelConfig config, int index, ParameterBuilder parameters)
    {
        _norm = new RmsNorm(config.RmsNormEps, config.Family.CentredNorms);
        Slides = config.WindowOf(index) is not null;
        var prefix = $"model.layers.{index}.";
        var sandwich = config.Family.SandwichNorms;
        _inputNorm = parameters.Norm(prefix + "input_layernorm", config.HiddenSize);
        _attention = new SelfAttention(config, index, parameters);
        _postAttentionNorm = sandwich ? parameters.Norm(prefix + "post_attention_layernorm", config.HiddenSize) : null;
        _feedForwardNorm = parameters.Norm(prefix + (sandwich ? "pre_feedforward_layernorm" : "post_attention_layernorm"), config.HiddenSize);
        _feedForward = config.HasExperts(index) ? new MixtureOfExperts(config, prefix, parameters) : new FeedForward(config, prefix + "mlp.", parameters);
        _postFeedForwardNorm = sandwich ? parameters.Norm(prefix + "post_feedforward_layernorm", config.HiddenSize) : null;
    }

    /// <summary>It sees a window only.</summary>
    public bool Slides { get; }

    /// <param name="x">[batch, seq, hidden].</param>
    /// <returns>[batch, seq, hidden].</returns>
    public Tensor Forward(Tensor x, Rotation rotation, AttentionContext context, RouterBalance? balance)
    {
        using var scope = NewDisposeScope();
        var attended = _attention.Forward(_norm.Apply(x, _inputNorm), rotation, context);
        x = x.add(_postAttentionNorm is null ? attended : _norm.Apply(attended, _postAttentionNorm));
        var fed = _feedForward.Forward(_norm.Apply(x, _feedForwardNorm), balance);
        return x.add(_postFeedForwardNorm is null ? fed : _norm.Apply(fed, _postFeedForwardNorm)).MoveToOuterDisposeScope();
    }
}
