using static TorchSharp.torch;

namespace Swift.Models.Decoders;

/// <summary>
/// How evenly the routers of one forward pass use their experts (Switch Transformer, arXiv:2101.03961, equations 4 to 6, over all
/// layers together as in Mixtral): experts · Σₑ fₑ · pₑ, where fₑ is how often expert e was chosen per position and pₑ its mean
/// probability. With even use it is the number of experts each position chooses.
/// </summary>
public sealed class RouterBalance : IDisposable
{
    private readonly Tensor? _counted;
    private readonly List<(Tensor Probabilities, Tensor Choices)> _layers = [];

    /// <param name="counted">[batch, seq], true where a position is no padding; null = all count. Copied: the caller keeps its own.</param>
    public RouterBalance(Tensor? counted = null) => _counted = counted?.flatten().alias().DetachFromDisposeScope();

    /// <param name="probabilities">[positions, experts], with its graph.</param>
    /// <param name="chosen">[positions, chosen each].</param>
    internal void Add(Tensor probabilities, Tensor chosen)
    {
        using var scope = NewDisposeScope();
        var choices = zeros_like(probabilities.detach()).scatter_(1, chosen, ones(chosen.shape, probabilities.dtype, probabilities.device));
        if (_counted is not null)
        {
            var mask = _counted.to(probabilities.dtype).unsqueeze(1);
            (probabilities, choices) = (probabilities.mul(mask), choices.mul(mask));
        }
        _layers.Add((probabilities.sum([0L]).DetachFromDisposeScope(), choices.sum([0L]).DetachFromDisposeScope()));
    }

    /// <summary>The loss, a scalar with its graph; null where no layer has a router. The caller owns it.</summary>
    public Tensor? Loss()
    {
        if (_layers.Count == 0)
            return null;
        using var scope = NewDisposeScope();
        var probabilities = stack(_layers.Select(layer => layer.Probabilities), 0).sum([0L]);
        var choices = stack(_layers.Select(layer => layer.Choices), 0).sum([0L]);
        // A position's probabilities sum to 1.
        var positions = probabilities.detach().sum();
        return probabilities.div(positions).mul(choices.div(positions)).sum().mul(probabilities.shape[0]).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _counted?.Dispose();
        foreach (var (probabilities, choices) in _layers)
        {
            probabilities.Dispose();
            choices.Dispose();
        }
    }
}
