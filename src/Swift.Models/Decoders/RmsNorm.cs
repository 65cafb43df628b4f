using static TorchSharp.torch;

namespace Swift.Models.Decoders;

/// <summary>Root mean square normalisation (arXiv:1910.07467), in 32 bits whatever the type of the input.</summary>
internal static class RmsNorm
{
    /// <summary>x / √(mean(x²) + eps) · gain over the last dimension.</summary>
    /// <param name="gain">Broadcast against the last dimensions of <paramref name="x"/>.</param>
    public static Tensor Apply(Tensor x, Tensor gain, double eps)
    {
        using var scope = NewDisposeScope();
        var wide = x.dtype == ScalarType.Float32 ? x : x.to(ScalarType.Float32);
        var scale = wide.square().mean([-1], keepdim: true).add_(eps).rsqrt_();
        var normalised = wide.mul(scale);
        if (x.dtype != ScalarType.Float32)
            normalised = normalised.to(x.dtype);
        return normalised.mul(gain).MoveToOuterDisposeScope();
    }
}
