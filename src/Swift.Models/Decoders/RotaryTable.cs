using Swift.Models.Config;
using static TorchSharp.torch;

namespace Swift.Models.Decoders;

/// <summary>
/// Cosines and sines of the rotary position embedding (arXiv:2104.09864) for positions 0, 1, 2 …, computed in double precision
/// once and looked up by position id. It grows when a position beyond its end is asked for.
/// </summary>
internal sealed class RotaryTable : IDisposable
{
    private readonly int _rotaryDim;
    private readonly Device _device;
    private readonly ScalarType _type;
    private readonly double[] _frequencies;
    private readonly double _scale;
    private Tensor? _cos;
    private Tensor? _sin;
    private long _positions;

    public RotaryTable(RopeConfig rope, ModelConfig config, Device device, ScalarType type)
    {
        (_rotaryDim, _device, _type) = (config.RotaryDim, device, type);
        (_frequencies, _scale) = RopeFormulas.Of(rope, config.RotaryDim, config.MaxPositionEmbeddings);
    }

    /// <summary>Looks up <paramref name="positionIds"/> [batch, seq].</summary>
    /// <param name="positionLimit">Greater than every position id.</param>
    public Rotation Rows(Tensor positionIds, long positionLimit)
    {
        if (positionLimit > _positions)
            Grow(positionLimit);
        var flat = positionIds.flatten();
        var shape = new[] { positionIds.shape[0], positionIds.shape[1], 1, _rotaryDim };
        return new Rotation(_cos!.index_select(0, flat).view(shape), _sin!.index_select(0, flat).view(shape));
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
                cos[row + i] = cos[row + half + i] = (float)(c * _scale);
                sin[row + i] = (float)(-s * _scale);
                sin[row + half + i] = (float)(s * _scale);
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
        return tensor(values, positions, _rotaryDim).to(_type, _device).DetachFromDisposeScope();
    }
}

/// <summary>Rows of a <see cref="RotaryTable"/> for the positions of a pass, [batch, seq, 1, rotaryDim].</summary>
/// <param name="Cos">Cosines.</param>
/// <param name="Sin">Sines with the sign of the "rotate half" form folded in.</param>
internal readonly record struct Rotation(Tensor Cos, Tensor Sin)
{
    /// <summary>Rotates the first rotaryDim elements of each head: x · cos + roll(x, rotaryDim / 2) · sin.</summary>
    /// <param name="x">[batch, seq, heads, headDim].</param>
    public Tensor Apply(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (rotaryDim, headDim) = (Cos.shape[3], x.shape[3]);
        var turning = rotaryDim == headDim ? x : x.narrow(3, 0, rotaryDim);
        var rotated = turning.mul(Cos).add_(turning.roll(rotaryDim / 2, -1).mul_(Sin));
        if (rotaryDim < headDim)
            rotated = cat([rotated, x.narrow(3, rotaryDim, headDim - rotaryDim)], 3);
        return rotated.MoveToOuterDisposeScope();
    }
}
