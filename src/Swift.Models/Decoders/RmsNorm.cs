using static TorchSharp.torch;

namespace Swift.Models.Decoders;

/// <summary>Root mean square normalisation (arXiv:1910.07467), in 32 bits whatever the type of the input.</summary>
/// <param name="Eps">Added to the mean square.</param>
/// <param name="Centred">The gain is 1 + the weight.</param>
internal readonly record struct RmsNorm(double Eps, bool Centred)
{
    /// <summary>x / √(mean(x²) + eps) · gain over the last dimension.</summary>
    /// <param name="weight">Broadcast against the last dimensions of <paramref name="x"/>.</param>
    public Tensor Apply(Tensor x, Tensor weight)
    {
        using var scope = NewDisposeScope();
        var wide = x.dtype is ScalarType.BFloat16 or ScalarType.Float16 ? x.to(ScalarType.Float32) : x;
        var normalised = wide.mul(wide.square().mean([-1], keepdim: true).add_(Eps).rsqrt_());
        if (Centred)
            return normalised.mul(weight.to(wide.dtype).add(1)).to(x.dtype).MoveToOuterDisposeScope();
        return normalised.to(x.dtype).mul(weight).MoveToOuterDisposeScope();
    }
}
