using Swift.Contracts.Pipelines;
using Swift.Models.Decoders;
using static TorchSharp.torch;

namespace Swift.Training.Optimization;

/// <summary>What an optimiser step did.</summary>
/// <param name="GradientNorm">Before clipping.</param>
/// <param name="Applied">False: the gradient was not finite, and nothing changed.</param>
public readonly record struct OptimizerStep(double GradientNorm, bool Applied);

/// <summary>
/// AdamW (arXiv:1711.05101) over all parameters of a decoder as one vector: parameters, gradients and both moments are flat
/// buffers of which the decoder's tensors become views, so that a step costs a dozen tensor operations whatever the number of layers.
/// Decayed parameters lie in front of those that are not.
/// </summary>
public sealed class AdamW : IDisposable
{
    private readonly TrainSpec _settings;
    private readonly DecoderParameter[] _order;
    private readonly long _decayed;
    private readonly Tensor _parameters;
    private readonly Tensor _gradients;
    private readonly Tensor _firstMoment;
    private readonly Tensor _secondMoment;

    /// <summary>Takes over the storage of the decoder's parameters and turns their gradients on. Moments are zero.</summary>
    public AdamW(IReadOnlyList<DecoderParameter> parameters, TrainSpec settings)
    {
        _settings = settings;
        _order = [.. parameters.OrderBy(p => p.Kind == ParameterKind.Weight ? 0 : 1)];
        _decayed = _order.Where(p => p.Kind == ParameterKind.Weight).Sum(p => p.Value.numel());
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var flat = cat([.. _order.Select(p => p.Value.flatten())]);
        _parameters = flat.DetachFromDisposeScope();
        _gradients = zeros_like(flat).DetachFromDisposeScope();
        _firstMoment = zeros_like(flat).DetachFromDisposeScope();
        _secondMoment = zeros_like(flat).DetachFromDisposeScope();
        foreach (var (parameter, range) in Ranges())
        {
            var value = parameter.Value;
            value.set_(_parameters.narrow(0, range.Start, range.Length).view(value.shape));
            value.requires_grad = true;
            // Backward adds into a gradient that is there already: into the flat buffer.
            value.grad = _gradients.narrow(0, range.Start, range.Length).view(value.shape);
        }
    }

    /// <summary>Updates applied so far; not the same as steps where a gradient was not finite.</summary>
    public int Updates { get; private set; }

    /// <summary>One step with the gradients collected since the last, which are cleared.</summary>
    public OptimizerStep Step(double learningRate)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var norm = (double)_gradients.norm().item<float>();
        var applied = double.IsFinite(norm);
        if (applied)
            Apply(norm, learningRate);
        _gradients.zero_();
        return new OptimizerStep(norm, applied);
    }

    /// <summary>Both moments under stable names, for a checkpoint: views, owned by the caller's dispose scope.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> State()
    {
        var state = new List<(string, Tensor)>(2 * _order.Length);
        foreach (var (name, moments) in Moments())
        {
            foreach (var (parameter, range) in Ranges())
                state.Add(($"{name}.{parameter.Name}", moments.narrow(0, range.Start, range.Length).view(parameter.Value.shape)));
        }

        return state;
    }

    /// <summary>Takes up what <see cref="State"/> gave.</summary>
    /// <param name="read">The tensor of a name, of the shape that <see cref="State"/> had.</param>
    public void Restore(Func<string, Tensor> read, int updates)
    {
        using var grad = no_grad();
        foreach (var (name, moments) in Moments())
        {
            foreach (var (parameter, range) in Ranges())
            {
                using var scope = NewDisposeScope();
                moments.narrow(0, range.Start, range.Length).copy_(read($"{name}.{parameter.Name}").flatten());
            }
        }

        Updates = updates;
    }

    /// <summary>The decoder's parameters stay usable: their tensors keep the storage alive.</summary>
    public void Dispose()
    {
        foreach (var parameter in _order)
        {
            parameter.Value.grad = null;
            parameter.Value.requires_grad = false;
        }

        _parameters.Dispose();
        _gradients.Dispose();
        _firstMoment.Dispose();
        _secondMoment.Dispose();
    }

    private void Apply(double norm, double learningRate)
    {
        if (_settings.MaxGradNorm > 0 && norm > _settings.MaxGradNorm)
            _gradients.mul_(_settings.MaxGradNorm / (norm + 1e-6));
        Updates++;
        var (beta1, beta2) = (_settings.AdamBeta1, _settings.AdamBeta2);
        _firstMoment.mul_(beta1).add_(_gradients, 1 - beta1);
        _secondMoment.mul_(beta2).addcmul_(_gradients, _gradients, 1 - beta2);
        var denominator = _secondMoment.sqrt().div_(Math.Sqrt(1 - Math.Pow(beta2, Updates))).add_(_settings.AdamEpsilon);
        if (_settings.WeightDecay != 0)
            _parameters.narrow(0, 0, _decayed).mul_(1 - learningRate * _settings.WeightDecay);
        _parameters.addcdiv_(_firstMoment, denominator, -learningRate / (1 - Math.Pow(beta1, Updates)));
    }

    private (string Name, Tensor Moments)[] Moments() => [("exp_avg", _firstMoment), ("exp_avg_sq", _secondMoment)];

    private IEnumerable<(DecoderParameter Parameter, (long Start, long Length) Range)> Ranges()
    {
        long start = 0;
        foreach (var parameter in _order)
        {
            var length = parameter.Value.numel();
            yield return (parameter, (start, length));
            start += length;
        }
    }
}
