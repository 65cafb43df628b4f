using Swift.Models.Config;
using static TorchSharp.torch;

namespace Swift.Models.Decoders;

/// <summary>The last products of a model that scores texts: one, or with a hidden layer two with ReLU between them. Its tensors are the decoder's parameters.</summary>
public sealed class ScoreProjection
{
    private readonly (Tensor Weight, Tensor Bias)? _hidden;
    private readonly Tensor? _bias;

    private ScoreProjection(Tensor weight, Tensor? bias, (Tensor Weight, Tensor Bias)? hidden) => (Weight, _bias, _hidden) = (weight, bias, hidden);

    /// <summary>Of the last product, [labels, hidden].</summary>
    public Tensor Weight { get; }

    /// <summary>Null where the head has no scores.</summary>
    internal static ScoreProjection? Of(ModelConfig config, ParameterBuilder parameters)
    {
        switch (config.Head)
        {
            case HeadKind.SequenceClassification:
                return new ScoreProjection(parameters.Weight("score", config.Labels.Count, config.HiddenSize), bias: null, hidden: null);
            case HeadKind.HiddenLayerReward:
                // The numbers of the layers in a list whose second member, the ReLU, has no weights.
                var hidden = (parameters.Weight("score.0", config.HiddenSize, config.HiddenSize), parameters.Bias("score.0", config.HiddenSize));
                return new ScoreProjection(parameters.Weight("score.2", config.Labels.Count, config.HiddenSize), parameters.Bias("score.2", config.Labels.Count), hidden);
            default:
                return null;
        }
    }

    /// <summary>Scores of hidden states, [.., hidden] to [.., labels].</summary>
    public Tensor Scores(Tensor states)
    {
        using var scope = NewDisposeScope();
        if (_hidden is { } layer)
            states = nn.functional.linear(states, layer.Weight, layer.Bias).relu_();
        return nn.functional.linear(states, Weight, _bias).MoveToOuterDisposeScope();
    }
}
