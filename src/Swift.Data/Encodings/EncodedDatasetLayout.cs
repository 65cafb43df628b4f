using Swift.Contracts.Experiments;

namespace Swift.Data.Encodings;

/// <summary>
/// The file of an encoded data set, all numbers little-endian: a header of 64 bytes (magic, version, counts, length of the facts), the tokens as int32
/// (the sign bit says that a token is learned), where every sample ends in tokens as int64, where every row ends in samples as int64,
/// line and file and reason of every row as int32, and the <see cref="EncodedDatasetFacts"/> as JSON.
/// </summary>
internal static class EncodedDatasetLayout
{
    public const int HeaderSize = 64;
    public const int Version = 1;
    public const int LearnedBit = int.MinValue;

    /// <summary>Of a row that became samples; others have an index into <see cref="EncodedDatasetFacts.Reasons"/>.</summary>
    public const int Kept = -1;

    public static ReadOnlySpan<byte> Magic => "SWIFTENC"u8;
}

/// <summary>What an encoded data set says in words.</summary>
/// <param name="Files">Paths inside the data set, <c>""</c> when it is a single file.</param>
/// <param name="Reasons">Why rows became no sample.</param>
/// <param name="Unusable">Rows that never came to be encoded, by <c>Files</c>.</param>
internal sealed record EncodedDatasetFacts(IReadOnlyList<string> Files, IReadOnlyList<string> Reasons, IReadOnlyList<DroppedRows> Unusable);
