using System.Numerics;

namespace Swift.Models.Gguf;

/// <summary>Everything in front of the tensors' bytes.</summary>
/// <param name="Values">Metadata: long, double, bool, string, or an array of one of them.</param>
/// <param name="DataStart">Offset of the data from the start of the file.</param>
internal sealed record GgufHeader(Dictionary<string, object> Values, Dictionary<string, GgufTensor> Tensors, long DataStart)
{
    public const uint Magic = 0x46554747;
    public const uint ListType = 9;
    public const int DefaultAlignment = 32;
    private const int LargestAlignment = 1 << 20;
    private const int LargestRank = 4;

    public static GgufHeader Read(GgufCursor cursor)
    {
        if (cursor.U32() != Magic)
            throw GgufFile.Bad(cursor.Path, "is not a GGUF file");
        if (cursor.U32() is var version && version is not (2 or 3))
            throw GgufFile.Bad(cursor.Path, $"has GGUF version {version}; this build reads 2 and 3");
        // The smallest tensor entry has 24 bytes, the smallest metadata entry 13.
        var tensorCount = cursor.Count(24);
        var valueCount = cursor.Count(13);

        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        for (var i = 0; i < valueCount; i++)
        {
            var key = cursor.Text();
            if (!values.TryAdd(key, ReadValue(cursor)))
                throw GgufFile.Bad(cursor.Path, $"has {key} twice");
        }
        var tensors = new Dictionary<string, GgufTensor>(StringComparer.Ordinal);
        for (var i = 0; i < tensorCount; i++)
        {
            var tensor = ReadTensor(cursor);
            if (!tensors.TryAdd(tensor.Name, tensor))
                throw GgufFile.Bad(cursor.Path, $"has two tensors {tensor.Name}");
        }
        var alignment = values.GetValueOrDefault("general.alignment") is long number ? number : DefaultAlignment;
        if (alignment is < 1 or > LargestAlignment || !BitOperations.IsPow2(alignment))
            throw GgufFile.Bad(cursor.Path, $"has an alignment of {alignment}");
        var dataStart = (cursor.Position + alignment - 1) / alignment * alignment;
        Check(cursor, tensors.Values, dataStart);
        return new GgufHeader(values, tensors, dataStart);
    }

    private static object ReadValue(GgufCursor cursor)
    {
        var type = cursor.U32();
        if (type != ListType)
            return cursor.Value(type);
        var itemType = cursor.U32();
        var items = new object[cursor.Count(cursor.SizeOf(itemType))];
        for (var i = 0; i < items.Length; i++)
            items[i] = cursor.Value(itemType);
        return items;
    }

    private static GgufTensor ReadTensor(GgufCursor cursor)
    {
        var name = cursor.Text();
        var rank = cursor.U32();
        if (rank is < 1 or > LargestRank)
            throw GgufFile.Bad(cursor.Path, $"has a tensor {name} with {rank} dimensions");
        var shape = new long[rank];
        long count = 1;
        for (var i = (int)rank - 1; i >= 0; i--)
        {
            var size = cursor.U64();
            if (size is 0 or > int.MaxValue || (count *= (long)size) > 1L << 42)
                throw GgufFile.Bad(cursor.Path, $"has a tensor {name} of an impossible size");
            shape[i] = (long)size;
        }
        var type = (GgufType)(int)cursor.U32();
        var offset = cursor.U64();
        return offset <= (ulong)cursor.Length
            ? new GgufTensor(name, type, shape, (long)offset)
            : throw GgufFile.Bad(cursor.Path, $"has a tensor {name} that starts after its end");
    }

    private static void Check(GgufCursor cursor, IEnumerable<GgufTensor> tensors, long dataStart)
    {
        long end = 0;
        foreach (var tensor in tensors.OrderBy(tensor => tensor.Offset))
        {
            if (tensor.Offset < end)
                throw GgufFile.Bad(cursor.Path, $"has a tensor {tensor.Name} that overlaps another");
            if (!GgufTypes.IsKnown(tensor.Type))
                continue;
            if (tensor.Shape[^1] % GgufTypes.BlockLength(tensor.Type) != 0)
                throw GgufFile.Bad(cursor.Path, $"has a tensor {tensor.Name} whose rows are no whole number of blocks");
            end = tensor.Offset + tensor.Count / GgufTypes.BlockLength(tensor.Type) * GgufTypes.BlockBytes(tensor.Type);
            if (dataStart + end > cursor.Length)
                throw GgufFile.Bad(cursor.Path, $"has a tensor {tensor.Name} that ends after the file: it was cut short");
        }
    }
}
