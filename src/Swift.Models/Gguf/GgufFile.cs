using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Swift.Contracts.Experiments;
using static TorchSharp.torch;

namespace Swift.Models.Gguf;

/// <summary>
/// A GGUF file (versions 2 and 3): metadata and tensors of llama.cpp. Mapped, not read: a tensor's bytes are touched when it is
/// dequantised. Everything in the header is checked when the file is opened.
/// </summary>
public sealed class GgufFile : IDisposable
{
    private const int ChunkBlocks = 1 << 14;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long _dataStart;
    private readonly Dictionary<string, GgufTensor> _tensors;

    private GgufFile(string path, MemoryMappedFile file, MemoryMappedViewAccessor view, GgufHeader header)
    {
        (Path, _file, _view, _dataStart) = (path, file, view, header.DataStart);
        (Metadata, _tensors) = (new GgufMetadata(path, header.Values), header.Tensors);
    }

    public string Path { get; }

    public GgufMetadata Metadata { get; }

    /// <summary>Tensors by name.</summary>
    public IReadOnlyDictionary<string, GgufTensor> Tensors => _tensors;

    /// <exception cref="SwiftException">BadInput <c>bad_gguf</c>: the file does not exist or its header is wrong.</exception>
    public static GgufFile Open(string path)
    {
        if (!File.Exists(path))
            throw Bad(path, "does not exist");
        var length = new FileInfo(path).Length;
        if (length < 24)
            throw Bad(path, "is too short for a GGUF header");
        var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        MemoryMappedViewAccessor? view = null;
        try
        {
            view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            return new GgufFile(path, file, view, GgufHeader.Read(new GgufCursor(path, view.SafeMemoryMappedViewHandle, length)));
        }
        catch
        {
            view?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>A tensor as 32-bit floats on the CPU, dimensions outermost first (the file has them innermost first). The caller owns it.</summary>
    /// <exception cref="SwiftException">BadInput <c>gguf_type_not_supported</c>: its type is one this build does not read.</exception>
    public Tensor Read(string name)
    {
        var entry = _tensors[name];
        if (!GgufTypes.IsKnown(entry.Type))
            throw SwiftException.BadInput("gguf_type_not_supported",
                $"{Path}: tensor {name} has type {(int)entry.Type}; supported: {string.Join(", ", Enum.GetNames<GgufType>())}.");
        var result = empty(entry.Shape, ScalarType.Float32);
        using var flat = result.flatten();
        var (blockLength, blockBytes) = (GgufTypes.BlockLength(entry.Type), GgufTypes.BlockBytes(entry.Type));
        var blocks = entry.Count / blockLength;
        var buffer = new byte[Math.Min(blocks, ChunkBlocks) * blockBytes];
        for (long block = 0; block < blocks; block += ChunkBlocks)
        {
            var count = (int)Math.Min(ChunkBlocks, blocks - block);
            var bytes = buffer.AsSpan(0, count * blockBytes);
            _view.SafeMemoryMappedViewHandle.ReadSpan((ulong)(_dataStart + entry.Offset + block * blockBytes), bytes);
            using var part = flat.narrow(0, block * blockLength, (long)count * blockLength);
            Dequantize(entry.Type, bytes, MemoryMarshal.Cast<byte, float>(part.bytes));
        }
        return result;
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    internal static SwiftException Bad(string path, string problem) => SwiftException.BadInput("bad_gguf", $"{path} {problem}.");

    private static void Dequantize(GgufType type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        switch (type)
        {
            case GgufType.F32:
                bytes.CopyTo(MemoryMarshal.AsBytes(values));
                break;
            case GgufType.F16:
                for (var i = 0; i < values.Length; i++)
                    values[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]);
                break;
            case GgufType.BF16:
                for (var i = 0; i < values.Length; i++)
                    values[i] = BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) << 16);
                break;
            case GgufType.Q8_0:
                EachBlock(type, bytes, values, QuantizedBlock.DequantizeQ8);
                break;
            case GgufType.Q4_0:
                EachBlock(type, bytes, values, QuantizedBlock.DequantizeQ4);
                break;
            case GgufType.Q4_K:
                EachBlock(type, bytes, values, SuperBlock.DequantizeQ4K);
                break;
            case GgufType.Q6_K:
                EachBlock(type, bytes, values, SuperBlock.DequantizeQ6K);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type this build reads.");
        }
    }

    private static void EachBlock(GgufType type, ReadOnlySpan<byte> bytes, Span<float> values, DequantizeBlock dequantize)
    {
        var (length, size) = (GgufTypes.BlockLength(type), GgufTypes.BlockBytes(type));
        for (var i = 0; i < values.Length / length; i++)
            dequantize(bytes.Slice(i * size, size), values.Slice(i * length, length));
    }

    private delegate void DequantizeBlock(ReadOnlySpan<byte> block, Span<float> values);
}

/// <summary>One tensor of a file.</summary>
/// <param name="Shape">Outermost dimension first.</param>
/// <param name="Offset">Of its first byte from the start of the data.</param>
public sealed record GgufTensor(string Name, GgufType Type, long[] Shape, long Offset)
{
    /// <summary>Number of values.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);
}
