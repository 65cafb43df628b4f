using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace Swift.Models.Safetensors;

/// <summary>Writes a <c>.safetensors</c> file whose bytes depend on the tensors only: names sorted, no padding but the header's.</summary>
public static class SafetensorsWriter
{
    private const int Alignment = 8;
    private const int ChunkBytes = 1 << 24;

    /// <summary>Writes the tensors and removes the file again when that fails.</summary>
    /// <param name="tensors">Distinct names; any device and layout.</param>
    /// <param name="type">Type to write floating-point tensors in; null = each in its own.</param>
    public static void Write(string path, IEnumerable<(string Name, Tensor Tensor)> tensors, ScalarType? type = null)
    {
        var sorted = tensors.OrderBy(item => item.Name, StringComparer.Ordinal).ToList();
        try
        {
            using var stream = File.Create(path);
            WriteHeader(stream, sorted, type);
            foreach (var (_, tensor) in sorted)
                WriteData(stream, tensor, TypeOf(tensor, type));
            stream.Flush(flushToDisk: true);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private static void WriteHeader(Stream stream, List<(string Name, Tensor Tensor)> tensors, ScalarType? type)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            // transformers refuses a file that does not name its framework.
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            json.WriteEndObject();
            long offset = 0;
            foreach (var (name, tensor) in tensors)
            {
                var (typeName, size) = SafetensorsType.Of(TypeOf(tensor, type));
                json.WriteStartObject(name);
                json.WriteString("dtype", typeName);
                json.WriteStartArray("shape");
                foreach (var length in tensor.shape)
                    json.WriteNumberValue(length);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.numel() * size);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (buffer.Length % Alignment != 0)
            buffer.WriteByte((byte)' ');
        Span<byte> length8 = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length8, (ulong)buffer.Length);
        stream.Write(length8);
        buffer.WriteTo(stream);
    }

    private static void WriteData(Stream stream, Tensor tensor, ScalarType type)
    {
        if (tensor.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var flat = tensor.detach().to(CPU).to(type).contiguous().flatten();
        var chunk = ChunkBytes / flat.ElementSize;
        for (long start = 0; start < flat.shape[0]; start += chunk)
        {
            using var part = flat.narrow(0, start, Math.Min(chunk, flat.shape[0] - start));
            stream.Write(part.bytes);
        }
    }

    private static ScalarType TypeOf(Tensor tensor, ScalarType? type) =>
        type is { } wanted && tensor.is_floating_point() ? wanted : tensor.dtype;
}
