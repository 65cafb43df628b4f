using Swift.Models.Config;
using static TorchSharp.torch;

namespace Swift.Models.Decoders;

/// <summary>A gated feed-forward network: down(activation(gate(x)) · up(x)) (arXiv:2002.05202).</summary>
internal sealed class FeedForward : IFeedForward
{
    private readonly Activation _activation;
    private readonly Tensor _gateUp;
    private readonly Tensor? _gateUpBias;
    private readonly Tensor _down;
    private readonly Tensor? _downBias;

    public FeedForward(ModelConfig config, string prefix, ParameterBuilder parameters)
    {
        _activation = config.Activation;
        long ffn = config.IntermediateSize;
        (string, long)[] parts = config.Family.FusedProjections ? [("gate_up_proj", 2 * ffn)] : [("gate_proj", ffn), ("up_proj", ffn)];
        _gateUp = parameters.Fused(prefix, "gate_up_proj", parts, config.HiddenSize);
        _gateUpBias = config.MlpBias ? parameters.FusedBias(prefix, "gate_up_proj", parts) : null;
        _down = parameters.Weight(prefix + "down_proj", config.HiddenSize, ffn);
        _downBias = config.MlpBias ? parameters.Bias(prefix + "down_proj", config.HiddenSize) : null;
    }

    public Tensor Forward(Tensor x, RouterBalance? balance)
    {
        using var scope = NewDisposeScope();
        var gated = Gated(nn.functional.linear(x, _gateUp, _gateUpBias), _activation);
        return nn.functional.linear(gated, _down, _downBias).MoveToOuterDisposeScope();
    }

    /// <summary>activation(first half) · second half of the last dimension.</summary>
    public static Tensor Gated(Tensor gateUp, Activation activation)
    {
        using var scope = NewDisposeScope();
        var width = gateUp.shape[^1] / 2;
        var gate = gateUp.narrow(-1, 0, width);
        var active = activation == Activation.GeluTanh
            ? nn.functional.gelu(gate, TorchSharp.Modules.GELU.Approximate.tanh)
            : nn.functional.silu(gate);
        return active.mul(gateUp.narrow(-1, width, width)).MoveToOuterDisposeScope();
    }
}
