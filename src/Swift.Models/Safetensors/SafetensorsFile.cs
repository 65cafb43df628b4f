using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Text.Json;
using Swift.Contracts.Experiments;
using static TorchSharp.torch;

namespace Swift.Models.Safetensors;

/// <summary>
/// One <c>.safetensors</c> file: an 8-byte length, a JSON header, then the tensors' bytes (little-endian, row-major).
/// Mapped, not read: a tensor's bytes are touched when it is copied. The header is checked completely when the file is opened.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private const long LargestHeader = 100_000_000;
    /// <summary>A span holds less than 2 GiB, an embedding matrix may be larger.</summary>
    private const int ChunkBytes = 1 << 24;
    private readonly string _path;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Dictionary<string, SafetensorsEntry> _entries;

    private SafetensorsFile(string path, MemoryMappedFile file, MemoryMappedViewAccessor view, Dictionary<string, SafetensorsEntry> entries) =>
        (_path, _file, _view, _entries) = (path, file, view, entries);

    /// <summary>Tensors by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries => _entries;

    /// <exception cref="SwiftException">BadInput <c>bad_safetensors</c>: the file does not exist or its header is wrong.</exception>
    public static SafetensorsFile Open(string path)
    {
        if (!File.Exists(path))
            throw Bad(path, "does not exist");
        var length = new FileInfo(path).Length;
        if (length < 8)
            throw Bad(path, "is too short for a header");
        var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        MemoryMappedViewAccessor? view = null;
        try
        {
            view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            return new SafetensorsFile(path, file, view, ReadHeader(path, view, length));
        }
        catch
        {
            view?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>Copies a tensor out, on the CPU, in its own type. The caller owns it.</summary>
    /// <exception cref="KeyNotFoundException">There is no such tensor.</exception>
    public Tensor Read(string name)
    {
        var entry = _entries[name];
        var result = empty(entry.Shape, entry.Type);
        if (entry.Bytes == 0)
            return result;
        using var flat = result.flatten();
        var chunk = ChunkBytes / flat.ElementSize;
        for (long start = 0; start < flat.shape[0]; start += chunk)
        {
            using var part = flat.narrow(0, start, Math.Min(chunk, flat.shape[0] - start));
            _view.SafeMemoryMappedViewHandle.ReadSpan((ulong)(entry.Offset + start * flat.ElementSize), part.bytes);
        }
        return result;
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private static Dictionary<string, SafetensorsEntry> ReadHeader(string path, MemoryMappedViewAccessor view, long fileLength)
    {
        var handle = view.SafeMemoryMappedViewHandle;
        Span<byte> lengthBytes = stackalloc byte[8];
        handle.ReadSpan(0, lengthBytes);
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (headerLength > (ulong)Math.Min(fileLength - 8, LargestHeader))
            throw Bad(path, $"says that its header has {headerLength} bytes");
        var header = new byte[headerLength];
        handle.ReadSpan<byte>(8, header);
        try
        {
            using var document = JsonDocument.Parse(header);
            return Check(path, ParseHeader(path, document.RootElement, 8 + (long)headerLength), 8 + (long)headerLength, fileLength);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: names are no UTF-8, which is looked at when they are read.
            throw Bad(path, $"has a header that is not JSON ({e.Message})");
        }
    }

    private static List<SafetensorsEntry> ParseHeader(string path, JsonElement header, long dataStart)
    {
        if (header.ValueKind != JsonValueKind.Object)
            throw Bad(path, "has a header that is not an object");
        var entries = new List<SafetensorsEntry>();
        foreach (var property in header.EnumerateObject())
        {
            if (property.Name == "__metadata__")
                continue;
            SwiftException BadTensor(string problem) => Bad(path, $"has a tensor \"{property.Name}\" that {problem}");
            if (property.Value.ValueKind != JsonValueKind.Object
                || !property.Value.TryGetProperty("dtype", out var dtype) || dtype.ValueKind != JsonValueKind.String
                || !property.Value.TryGetProperty("shape", out var shapeList) || !TryNumbers(shapeList, out var shape)
                || !property.Value.TryGetProperty("data_offsets", out var offsets) || !TryNumbers(offsets, out var range) || range.Length != 2)
                throw BadTensor("lacks dtype, shape or data_offsets");
            if (SafetensorsType.Find(dtype.GetString()!) is not { } type)
                throw BadTensor($"has the unknown dtype {dtype}");
            try
            {
                var bytes = shape.Aggregate((long)type.Size, (product, size) => checked(product * size));
                if (range[1] - range[0] != bytes)
                    throw BadTensor($"should have {bytes} bytes, not {range[1] - range[0]}");
                entries.Add(new SafetensorsEntry(property.Name, type.Type, shape, checked(dataStart + range[0]), bytes));
            }
            catch (OverflowException)
            {
                throw BadTensor("is larger than any file");
            }
        }
        return entries;
    }

    private static Dictionary<string, SafetensorsEntry> Check(string path, List<SafetensorsEntry> entries, long dataStart, long fileLength)
    {
        var end = dataStart;
        foreach (var entry in entries.OrderBy(entry => entry.Offset).ThenBy(entry => entry.Bytes))
        {
            if (entry.Offset < end)
                throw Bad(path, $"has a tensor \"{entry.Name}\" that overlaps another");
            if (entry.Offset + entry.Bytes > fileLength)
                throw Bad(path, $"has a tensor \"{entry.Name}\" that ends after the file: it was cut short");
            end = entry.Offset + entry.Bytes;
        }
        var byName = new Dictionary<string, SafetensorsEntry>(entries.Count, StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (!byName.TryAdd(entry.Name, entry))
                throw Bad(path, $"has two tensors \"{entry.Name}\"");
        }
        return byName;
    }

    private static bool TryNumbers(JsonElement list, out long[] numbers)
    {
        numbers = [];
        if (list.ValueKind != JsonValueKind.Array)
            return false;
        var result = new List<long>();
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out var value) || value < 0)
                return false;
            result.Add(value);
        }
        numbers = [.. result];
        return true;
    }

    private static SwiftException Bad(string path, string problem) =>
        SwiftException.BadInput("bad_safetensors", $"{path} {problem}.");
}

/// <summary>One tensor of a file.</summary>
/// <param name="Offset">Of its first byte from the start of the file.</param>
public sealed record SafetensorsEntry(string Name, ScalarType Type, long[] Shape, long Offset, long Bytes);
