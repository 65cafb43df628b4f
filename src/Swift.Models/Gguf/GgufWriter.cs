using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace Swift.Models.Gguf;

/// <summary>Writes a GGUF file of version 3: metadata in the given order, then tensors in the given order.</summary>
internal sealed class GgufWriter
{
    private const uint Version = 3;
    private const int ChunkBlocks = 1 << 16;
    private readonly List<(string Key, object Value)> _values = [];
    private readonly List<GgufTensor> _tensors = [];
    private readonly List<Func<Tensor>> _sources = [];
    private long _offset;

    /// <param name="value">uint, float, bool, string, or a list of string, int, float or byte.</param>
    public void Add(string key, object value) => _values.Add((key, value));

    /// <summary>Announces a tensor. A type of blocks is replaced by F32 where rows are no whole number of blocks, and for vectors.</summary>
    /// <param name="source">Makes the values when they are written; the writer disposes them.</param>
    public void Add(string name, long[] shape, GgufType type, Func<Tensor> source)
    {
        if (shape.Length == 1 || shape[^1] % GgufTypes.BlockLength(type) != 0)
            type = GgufType.F32;
        var tensor = new GgufTensor(name, type, shape, _offset);
        _tensors.Add(tensor);
        _sources.Add(source);
        _offset = Aligned(_offset + tensor.Count / GgufTypes.BlockLength(type) * GgufTypes.BlockBytes(type));
    }

    /// <summary>Writes the file and removes it again when that fails.</summary>
    public void Write(string path)
    {
        try
        {
            using var stream = File.Create(path);
            using var writer = new BinaryWriter(stream, Encoding.UTF8);
            WriteHeader(writer);
            foreach (var (tensor, source) in _tensors.Zip(_sources))
            {
                Pad(writer);
                WriteTensor(writer, tensor, source);
            }
            Pad(writer);
            stream.Flush(flushToDisk: true);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private void WriteHeader(BinaryWriter writer)
    {
        writer.Write(GgufHeader.Magic);
        writer.Write(Version);
        writer.Write((ulong)_tensors.Count);
        writer.Write((ulong)_values.Count);
        foreach (var (key, value) in _values)
        {
            Write(writer, key);
            WriteValue(writer, value);
        }
        foreach (var tensor in _tensors)
        {
            Write(writer, tensor.Name);
            writer.Write((uint)tensor.Shape.Length);
            foreach (var size in tensor.Shape.Reverse())
                writer.Write((ulong)size);
            writer.Write((uint)tensor.Type);
            writer.Write((ulong)tensor.Offset);
        }
    }

    private static void WriteValue(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case uint number:
                writer.Write(4u);
                writer.Write(number);
                break;
            case float number:
                writer.Write(6u);
                writer.Write(number);
                break;
            case bool flag:
                writer.Write(7u);
                writer.Write(flag);
                break;
            case string text:
                writer.Write(8u);
                Write(writer, text);
                break;
            case byte[] bytes:
                writer.Write(GgufHeader.ListType);
                writer.Write(0u);
                writer.Write((ulong)bytes.Length);
                writer.Write(bytes);
                break;
            case IReadOnlyList<string> texts:
                writer.Write(GgufHeader.ListType);
                writer.Write(8u);
                writer.Write((ulong)texts.Count);
                foreach (var text in texts)
                    Write(writer, text);
                break;
            case IReadOnlyList<int> numbers:
                writer.Write(GgufHeader.ListType);
                writer.Write(5u);
                writer.Write((ulong)numbers.Count);
                foreach (var number in numbers)
                    writer.Write(number);
                break;
            case IReadOnlyList<float> scores:
                writer.Write(GgufHeader.ListType);
                writer.Write(6u);
                writer.Write((ulong)scores.Count);
                foreach (var score in scores)
                    writer.Write(score);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(value), value, "Not a metadata type this writer knows.");
        }
    }

    private static void WriteTensor(BinaryWriter writer, GgufTensor tensor, Func<Tensor> source)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var flat = source().to(CPU).to(ScalarType.Float32).contiguous().flatten();
        var blockLength = GgufTypes.BlockLength(tensor.Type);
        var blocks = tensor.Count / blockLength;
        var buffer = new byte[Math.Min(blocks, ChunkBlocks) * GgufTypes.BlockBytes(tensor.Type)];
        for (long block = 0; block < blocks; block += ChunkBlocks)
        {
            var count = (int)Math.Min(ChunkBlocks, blocks - block);
            using var part = flat.narrow(0, block * blockLength, (long)count * blockLength);
            var bytes = buffer.AsSpan(0, count * GgufTypes.BlockBytes(tensor.Type));
            Quantize(tensor.Type, MemoryMarshal.Cast<byte, float>(part.bytes), bytes);
            writer.Write(bytes);
        }
    }

    private static void Quantize(GgufType type, ReadOnlySpan<float> values, Span<byte> bytes)
    {
        switch (type)
        {
            case GgufType.F32:
                MemoryMarshal.AsBytes(values).CopyTo(bytes);
                break;
            case GgufType.F16:
                for (var i = 0; i < values.Length; i++)
                    BinaryPrimitives.WriteHalfLittleEndian(bytes[(2 * i)..], (Half)values[i]);
                break;
            case GgufType.BF16:
                for (var i = 0; i < values.Length; i++)
                    BinaryPrimitives.WriteUInt16LittleEndian(bytes[(2 * i)..], BrainFloat(values[i]));
                break;
            case GgufType.Q8_0:
                for (var i = 0; i < values.Length / QuantizedBlock.Length; i++)
                    QuantizedBlock.QuantizeQ8(values.Slice(i * QuantizedBlock.Length, QuantizedBlock.Length), bytes[(i * QuantizedBlock.Q8Bytes)..]);
                break;
            case GgufType.Q4_0:
                for (var i = 0; i < values.Length / QuantizedBlock.Length; i++)
                    QuantizedBlock.QuantizeQ4(values.Slice(i * QuantizedBlock.Length, QuantizedBlock.Length), bytes[(i * QuantizedBlock.Q4Bytes)..]);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type this writer knows.");
        }
    }

    /// <summary>The nearest, halves to even; what is no number stays none.</summary>
    private static ushort BrainFloat(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)(bits >> 16 | 64) : (ushort)(bits + 0x7FFF + (bits >> 16 & 1) >> 16);
    }

    private static void Write(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static void Pad(BinaryWriter writer)
    {
        writer.Flush();
        for (var missing = Aligned(writer.BaseStream.Position) - writer.BaseStream.Position; missing > 0; missing--)
            writer.Write((byte)0);
    }

    private static long Aligned(long offset) =>
        (offset + GgufHeader.DefaultAlignment - 1) / GgufHeader.DefaultAlignment * GgufHeader.DefaultAlignment;
}
