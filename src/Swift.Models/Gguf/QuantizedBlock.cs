using System.Buffers.Binary;

namespace Swift.Models.Gguf;

/// <summary>
/// Blocks of 32 values with one scale in half precision, byte for byte as llama.cpp's reference makes them.
/// Q8_0: scale, 32 signed bytes. Q4_0: scale, 16 bytes of which number j holds value j low and value j + 16 high.
/// </summary>
public static class QuantizedBlock
{
    /// <summary>Values of a block.</summary>
    public const int Length = 32;
    public const int Q8Bytes = 2 + Length;
    public const int Q4Bytes = 2 + Length / 2;

    /// <summary>d = max|x| / 127, q = round(x / d), halves away from zero.</summary>
    /// <param name="values">32 values.</param>
    /// <param name="block">34 bytes.</param>
    public static void QuantizeQ8(ReadOnlySpan<float> values, Span<byte> block)
    {
        var largest = 0f;
        foreach (var value in values)
            largest = Math.Max(largest, Math.Abs(value));
        var scale = largest / 127;
        var inverse = scale == 0 ? 0 : 1 / scale;
        BinaryPrimitives.WriteHalfLittleEndian(block, (Half)scale);
        for (var i = 0; i < Length; i++)
            block[2 + i] = (byte)(sbyte)MathF.Round(values[i] * inverse, MidpointRounding.AwayFromZero);
    }

    /// <summary>d = (the value of largest magnitude, with its sign) / -8, q = min(15, ⌊x / d + 8.5⌋).</summary>
    /// <param name="values">32 values.</param>
    /// <param name="block">18 bytes.</param>
    public static void QuantizeQ4(ReadOnlySpan<float> values, Span<byte> block)
    {
        var (largest, signed) = (0f, 0f);
        foreach (var value in values)
        {
            if (Math.Abs(value) > largest)
                (largest, signed) = (Math.Abs(value), value);
        }
        var scale = signed / -8;
        var inverse = scale == 0 ? 0 : 1 / scale;
        BinaryPrimitives.WriteHalfLittleEndian(block, (Half)scale);
        for (var i = 0; i < Length / 2; i++)
        {
            var low = Math.Min(15, (int)(values[i] * inverse + 8.5f));
            var high = Math.Min(15, (int)(values[i + Length / 2] * inverse + 8.5f));
            block[2 + i] = (byte)(low | high << 4);
        }
    }

    /// <param name="block">34 bytes.</param>
    /// <param name="values">32 values.</param>
    public static void DequantizeQ8(ReadOnlySpan<byte> block, Span<float> values)
    {
        var scale = (float)BinaryPrimitives.ReadHalfLittleEndian(block);
        for (var i = 0; i < Length; i++)
            values[i] = (sbyte)block[2 + i] * scale;
    }

    /// <param name="block">18 bytes.</param>
    /// <param name="values">32 values.</param>
    public static void DequantizeQ4(ReadOnlySpan<byte> block, Span<float> values)
    {
        var scale = (float)BinaryPrimitives.ReadHalfLittleEndian(block);
        for (var i = 0; i < Length / 2; i++)
        {
            values[i] = ((block[2 + i] & 15) - 8) * scale;
            values[i + Length / 2] = ((block[2 + i] >> 4) - 8) * scale;
        }
    }
}
