using System.Buffers.Binary;

namespace Swift.Models.Gguf;

/// <summary>
/// Blocks of 256 values whose sub-blocks have quantised scales of their own. Read only: llama.cpp makes them by a search that
/// files of others have gone through.
/// </summary>
public static class SuperBlock
{
    /// <summary>Values of a block.</summary>
    public const int Length = 256;
    /// <summary>Scale and scale of the minima in half precision, 8 scales and 8 minima of 6 bits, 4 bits a value.</summary>
    public const int Q4KBytes = 4 + 12 + Length / 2;
    /// <summary>The low 4 bits of each value, the high 2, 16 signed scales, and the scale in half precision.</summary>
    public const int Q6KBytes = Length / 2 + Length / 4 + 16 + 2;

    /// <summary>x = d · scale · q − dmin · minimum, per 32 values; 64 values share 32 bytes, the first half low.</summary>
    /// <param name="block">144 bytes.</param>
    /// <param name="values">256 values.</param>
    public static void DequantizeQ4K(ReadOnlySpan<byte> block, Span<float> values)
    {
        var scale = (float)BinaryPrimitives.ReadHalfLittleEndian(block);
        var minimumScale = (float)BinaryPrimitives.ReadHalfLittleEndian(block[2..]);
        var packed = block.Slice(4, 12);
        var codes = block[16..];
        for (var part = 0; part < 8; part++)
        {
            var (factor, minimum) = part < 4
                ? (packed[part] & 63, packed[part + 4] & 63)
                : (packed[part + 4] & 15 | packed[part - 4] >> 6 << 4, packed[part + 4] >> 4 | packed[part] >> 6 << 4);
            var (step, offset) = (scale * factor, minimumScale * minimum);
            var bytes = codes.Slice(part / 2 * 32, 32);
            var shift = part % 2 * 4;
            for (var i = 0; i < 32; i++)
                values[32 * part + i] = step * (bytes[i] >> shift & 15) - offset;
        }
    }

    /// <summary>x = d · scale · (q − 32), per 16 values.</summary>
    /// <param name="block">210 bytes.</param>
    /// <param name="values">256 values.</param>
    public static void DequantizeQ6K(ReadOnlySpan<byte> block, Span<float> values)
    {
        var scales = block.Slice(192, 16);
        var scale = (float)BinaryPrimitives.ReadHalfLittleEndian(block[208..]);
        for (var half = 0; half < 2; half++)
        {
            var low = block.Slice(64 * half, 64);
            var high = block.Slice(128 + 32 * half, 32);
            for (var quarter = 0; quarter < 4; quarter++)
            {
                for (var i = 0; i < 32; i++)
                {
                    var code = low[quarter % 2 * 32 + i] >> quarter / 2 * 4 & 15 | (high[i] >> 2 * quarter & 3) << 4;
                    var factor = (sbyte)scales[8 * half + 2 * quarter + i / 16];
                    values[128 * half + 32 * quarter + i] = scale * factor * (code - 32);
                }
            }
        }
    }
}
