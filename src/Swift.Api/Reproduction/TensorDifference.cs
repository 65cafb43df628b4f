using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;

namespace Swift.Api.Reproduction;

/// <summary>The first tensor and element where two safetensors files differ, in the order of names.</summary>
internal static class TensorDifference
{
    private const long LongestHeader = 100_000_000;

    /// <returns>Null when a file is no safetensors file, or their tensors are equal.</returns>
    internal static async Task<(string Place, string? Before, string? After)?> FindAsync(Stream before, Stream after, CancellationToken ct)
    {
        if (await HeaderAsync(before, ct) is not { } a || await HeaderAsync(after, ct) is not { } b)
        {
            return null;
        }
        foreach (var name in a.Keys.Union(b.Keys).Order(StringComparer.Ordinal))
        {
            if (!a.TryGetValue(name, out var x) || !b.TryGetValue(name, out var y) || x.Shape != y.Shape || x.Type != y.Type || x.Length != y.Length)
            {
                return ($"tensor {name}", a.TryGetValue(name, out x) ? $"{x.Type} {x.Shape}" : null, b.TryGetValue(name, out y) ? $"{y.Type} {y.Shape}" : null);
            }
            before.Position = x.Offset;
            after.Position = y.Offset;
            if (await ContentDifference.FirstByteAsync(before, after, x.Length, ct) is { } at)
            {
                var size = Math.Max(1, SizeOf(x.Type));
                var element = at / size;
                return ($"tensor {name}, element {Index(element, x.Shape)}",
                    await ValueAsync(before, x.Offset + (element * size), x.Type, size, ct), await ValueAsync(after, y.Offset + (element * size), y.Type, size, ct));
            }
        }
        return null;
    }

    private static async Task<Dictionary<string, Entry>?> HeaderAsync(Stream file, CancellationToken ct)
    {
        file.Position = 0;
        var prefix = new byte[8];
        if (await file.ReadAtLeastAsync(prefix, 8, throwOnEndOfStream: false, ct) < 8
            || BinaryPrimitives.ReadUInt64LittleEndian(prefix) is var length && length > (ulong)Math.Min(LongestHeader, file.Length - 8))
        {
            return null;
        }
        var header = new byte[length];
        await file.ReadExactlyAsync(header, ct);
        try
        {
            using var document = JsonDocument.Parse(header);
            return document.RootElement.EnumerateObject().Where(member => member.Name != "__metadata__").ToDictionary(member => member.Name, member =>
            {
                var offsets = member.Value.GetProperty("data_offsets");
                var (from, to) = (offsets[0].GetInt64(), offsets[1].GetInt64());
                return new Entry(member.Value.GetProperty("dtype").GetString()!, member.Value.GetProperty("shape").GetRawText(), 8 + (long)length + from, to - from);
            });
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Row-major place of an element, as <c>[2, 17]</c>.</summary>
    private static string Index(long element, string shape)
    {
        var sizes = JsonSerializer.Deserialize<long[]>(shape)!;
        var index = new long[sizes.Length];
        for (var axis = sizes.Length - 1; axis >= 0; axis--)
        {
            (element, index[axis]) = Math.DivRem(element, sizes[axis]);
        }
        return $"[{string.Join(", ", index)}]";
    }

    private static async Task<string> ValueAsync(Stream file, long offset, string type, int size, CancellationToken ct)
    {
        var bytes = new byte[size];
        file.Position = offset;
        await file.ReadExactlyAsync(bytes, ct);
        return type switch
        {
            "F32" => BinaryPrimitives.ReadSingleLittleEndian(bytes).ToString("R", CultureInfo.InvariantCulture),
            "F64" => BinaryPrimitives.ReadDoubleLittleEndian(bytes).ToString("R", CultureInfo.InvariantCulture),
            "F16" => BinaryPrimitives.ReadHalfLittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
            "BF16" => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16).ToString("R", CultureInfo.InvariantCulture),
            "I64" => BinaryPrimitives.ReadInt64LittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
            "I32" => BinaryPrimitives.ReadInt32LittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
            _ => "0x" + Convert.ToHexStringLower(bytes),
        };
    }

    private static int SizeOf(string type) => type switch
    {
        "F64" or "I64" or "U64" => 8,
        "F32" or "I32" or "U32" => 4,
        "F16" or "BF16" or "I16" or "U16" => 2,
        _ => 1,
    };

    private readonly record struct Entry(string Type, string Shape, long Offset, long Length);
}
