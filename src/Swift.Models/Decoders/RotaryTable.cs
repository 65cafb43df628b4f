using Swift.Models.Config;
using static TorchSharp.torch;

namespace Swift.Models.Decoders;

/// <summary>
/// Cosines and sines of the rotary position embedding (arXiv:2104.09864) for positions 0, 1, 2 …, computed in double precision
/// once and looked up by position id. It grows when a position beyond its end is asked for.
/// </summary>
internal sealed class RotaryTable(ModelConfig config, Device device, ScalarType type) : IDisposable
{
    private readonly double[] _frequencies = Frequencies(config);
    private Tensor? _cos;
    private Tensor? _sin;
    private long _positions;

    /// <summary>Looks up <paramref name="positionIds"/> [batch, seq]; both results are [batch, seq, 1, headDim].</summary>
    /// <param name="positionLimit">Greater than every position id.</param>
    /// <returns>
    /// Sines have the sign of the "rotate half" form folded in: the rotated vector is
    /// x · cos + roll(x, headDim / 2) · sin.
    /// </returns>
    public (Tensor Cos, Tensor Sin) Rows(Tensor positionIds, long positionLimit)
    {
        if (positionLimit > _positions)
            Grow(positionLimit);
        var flat = positionIds.flatten();
        var shape = new[] { positionIds.shape[0], positionIds.shape[1], 1, config.HeadDim };
        return (_cos!.index_select(0, flat).view(shape), _sin!.index_select(0, flat).view(shape));
    }

    public void Dispose()
    {
        _cos?.Dispose();
        _sin?.Dispose();
    }

    private void Grow(long positionLimit)
    {
        // Powers of two: the table does not depend on which lengths happened to come first.
        var positions = (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)Math.Max(positionLimit, 256));
        var half = _frequencies.Length;
        var cos = new float[positions * 2 * half];
        var sin = new float[cos.Length];
        for (long position = 0; position < positions; position++)
        {
            for (var i = 0; i < half; i++)
            {
                var (s, c) = Math.SinCos(position * _frequencies[i]);
                var row = position * 2 * half;
                cos[row + i] = cos[row + half + i] = (float)c;
                sin[row + i] = (float)-s;
                sin[row + half + i] = (float)s;
            }
        }
        Dispose();
        _cos = OnDevice(cos, positions);
        _sin = OnDevice(sin, positions);
        _positions = positions;
    }

    private Tensor OnDevice(float[] values, long positions)
    {
        using var scope = NewDisposeScope();
        return tensor(values, positions, config.HeadDim).to(type, device).DetachFromDisposeScope();
    }

    /// <summary>Angular frequencies, [headDim / 2].</summary>
    private static double[] Frequencies(ModelConfig config)
    {
        var rope = config.Rope;
        var frequencies = new double[config.HeadDim / 2];
        for (var i = 0; i < frequencies.Length; i++)
        {
            var frequency = Math.Pow(rope.Theta, -2.0 * i / config.HeadDim);
            frequencies[i] = rope.Type switch
            {
                "linear" => frequency / rope.Factor,
                "llama3" => Llama3(frequency, rope),
                _ => frequency,
            };
        }
        return frequencies;
    }

    /// <summary>Llama 3.1: long wavelengths are stretched by the factor, short ones kept, those between interpolated.</summary>
    private static double Llama3(double frequency, RopeConfig rope)
    {
        var turns = rope.OriginalMaxPositionEmbeddings * frequency / (2 * Math.PI);
        if (turns < rope.LowFreqFactor)
            return frequency / rope.Factor;
        if (turns > rope.HighFreqFactor)
            return frequency;
        var smooth = (turns - rope.LowFreqFactor) / (rope.HighFreqFactor - rope.LowFreqFactor);
        return (1 - smooth) * frequency / rope.Factor + smooth * frequency;
    }
}
