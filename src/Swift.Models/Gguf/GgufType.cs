namespace Swift.Models.Gguf;

/// <summary>How a tensor's values are stored; the numbers are the format's. Others exist; their tensors are refused when read.</summary>
public enum GgufType
{
    F32 = 0,
    F16 = 1,
    Q4_0 = 2,
    Q8_0 = 8,
    Q4_K = 12,
    Q6_K = 14,
    BF16 = 30,
}

/// <summary>Sizes of the types.</summary>
internal static class GgufTypes
{
    public static bool IsKnown(GgufType type) => Enum.IsDefined(type);

    /// <summary>Values of one block; a row is a whole number of blocks.</summary>
    public static int BlockLength(GgufType type) => type switch
    {
        GgufType.Q4_0 or GgufType.Q8_0 => QuantizedBlock.Length,
        GgufType.Q4_K or GgufType.Q6_K => SuperBlock.Length,
        _ => 1,
    };

    /// <summary>Bytes of one block.</summary>
    public static int BlockBytes(GgufType type) => type switch
    {
        GgufType.F32 => 4,
        GgufType.F16 or GgufType.BF16 => 2,
        GgufType.Q4_0 => QuantizedBlock.Q4Bytes,
        GgufType.Q8_0 => QuantizedBlock.Q8Bytes,
        GgufType.Q4_K => SuperBlock.Q4KBytes,
        GgufType.Q6_K => SuperBlock.Q6KBytes,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type this build reads."),
    };
}
