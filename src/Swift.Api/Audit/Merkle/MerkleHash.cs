using System.Security.Cryptography;

namespace Swift.Api.Audit.Merkle;

/// <summary>The hashes of RFC 9162, section 2.1: SHA-256, leaves and nodes told apart by their first byte.</summary>
public static class MerkleHash
{
    public const int Size = SHA256.HashSizeInBytes;

    /// <summary>The root of no leaves.</summary>
    public static byte[] Empty { get; } = SHA256.HashData([]);

    public static byte[] Leaf(ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0]);
        hash.AppendData(content);
        return hash.GetHashAndReset();
    }

    /// <param name="left">32 bytes.</param>
    /// <param name="right">32 bytes.</param>
    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> content = stackalloc byte[1 + (2 * Size)];
        content[0] = 1;
        left.CopyTo(content[1..]);
        right.CopyTo(content[(1 + Size)..]);
        return SHA256.HashData(content);
    }
}
