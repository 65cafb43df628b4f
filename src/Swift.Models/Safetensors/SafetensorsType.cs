using static TorchSharp.torch;

namespace Swift.Models.Safetensors;

/// <summary>Element types by the names of the format.</summary>
internal static class SafetensorsType
{
    private static readonly (string Name, ScalarType Type, int Size)[] Known =
    [
        ("F32", ScalarType.Float32, 4), ("BF16", ScalarType.BFloat16, 2), ("F16", ScalarType.Float16, 2), ("F64", ScalarType.Float64, 8),
        ("I64", ScalarType.Int64, 8), ("I32", ScalarType.Int32, 4), ("I16", ScalarType.Int16, 2), ("I8", ScalarType.Int8, 1),
        ("U8", ScalarType.Byte, 1), ("BOOL", ScalarType.Bool, 1),
    ];

    public static (ScalarType Type, int Size)? Find(string name)
    {
        foreach (var known in Known)
        {
            if (known.Name == name)
                return (known.Type, known.Size);
        }
        return null;
    }

    public static (string Name, int Size) Of(ScalarType type)
    {
        foreach (var known in Known)
        {
            if (known.Type == type)
                return (known.Name, known.Size);
        }
        throw new ArgumentOutOfRangeException(nameof(type), type, "safetensors has no such element type.");
    }
}
