using System.Buffers.Binary;
using System.Security.Cryptography;
using Swift.Contracts.Experiments;

namespace Swift.Data.Encodings;

/// <summary>
/// The file of an encoded data set, all numbers little-endian: a header of 128 bytes (magic, version, counts, checksum), the tokens as int32
/// (the sign bit says that a token is learned), where every sample ends in tokens as int64, where every row ends in samples as int64,
/// line and file and reason of every row as int32, the <see cref="LossScaleRun"/>s, and the <see cref="EncodedDatasetFacts"/> as JSON.
/// </summary>
internal static class EncodedDatasetLayout
{
    public const int HeaderSize = 128;
    public const int Version = 2;
    public const int LearnedBit = int.MinValue;

    /// <summary>Of a row that became samples; others have an index into <see cref="EncodedDatasetFacts.Reasons"/>.</summary>
    public const int Kept = -1;

    public static ReadOnlySpan<byte> Magic => "SWIFTENC"u8;
}

/// <summary>How much is in the file.</summary>
/// <param name="FactsBytes">Length of the JSON at the end.</param>
internal readonly record struct EncodedDatasetHeader(long Tokens, long Samples, long Rows, long FactsBytes, long LossScaleRuns)
{
    private const int Fields = 64;

    /// <summary>Bytes of the whole file.</summary>
    public long FileBytes => EncodedDatasetLayout.HeaderSize + (Tokens * sizeof(int)) + (Samples * sizeof(long)) + (Rows * (sizeof(long) + (3 * sizeof(int))))
        + (LossScaleRuns * LossScaleRun.Size) + FactsBytes;

    /// <param name="body">SHA-256 of everything behind the header.</param>
    public byte[] Write(ReadOnlySpan<byte> body)
    {
        var header = new byte[EncodedDatasetLayout.HeaderSize];
        EncodedDatasetLayout.Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), EncodedDatasetLayout.Version);
        long[] counts = [Tokens, Samples, Rows, FactsBytes, LossScaleRuns];
        for (var i = 0; i < counts.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(16 + (i * sizeof(long))), counts[i]);
        Checksum(header, body).CopyTo(header, Fields);
        return header;
    }

    /// <summary>Reads and checks a whole file: its version, its length, every bit of it.</summary>
    /// <returns>Null when it is not what a writer completed.</returns>
    public static EncodedDatasetHeader? Check(Stream file)
    {
        var header = new byte[EncodedDatasetLayout.HeaderSize];
        if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length ||
            !header.AsSpan().StartsWith(EncodedDatasetLayout.Magic) ||
            BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(8)) != EncodedDatasetLayout.Version ||
            !Checksum(header, SHA256.HashData(file)).AsSpan().SequenceEqual(header.AsSpan(Fields, SHA256.HashSizeInBytes)))
            return null;
        var counts = new long[5];
        for (var i = 0; i < counts.Length; i++)
            counts[i] = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(16 + (i * sizeof(long))));
        return new EncodedDatasetHeader(counts[0], counts[1], counts[2], counts[3], counts[4]);
    }

    private static byte[] Checksum(byte[] header, ReadOnlySpan<byte> body) => SHA256.HashData([.. header.AsSpan(0, Fields), .. body]);
}

/// <summary>Learned tokens in a row that count alike, and not 1.</summary>
/// <param name="Start">First of them among all tokens.</param>
internal readonly record struct LossScaleRun(long Start, int Length, float Scale)
{
    public const int Size = 16;
}

/// <summary>What an encoded data set says in words.</summary>
/// <param name="Files">Paths inside the data set, <c>""</c> when it is a single file.</param>
/// <param name="Reasons">Why rows became no sample.</param>
/// <param name="Unusable">Rows that never came to be encoded, by <c>Files</c>.</param>
internal sealed record EncodedDatasetFacts(IReadOnlyList<string> Files, IReadOnlyList<string> Reasons, IReadOnlyList<DroppedRows> Unusable);
