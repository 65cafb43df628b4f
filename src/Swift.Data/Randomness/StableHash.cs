namespace Swift.Data.Randomness;

/// <summary>Hashes that are the same in every process, unlike <see cref="object.GetHashCode"/>. Not for security.</summary>
public static class StableHash
{
    /// <summary>FNV-1a, 64 bits.</summary>
    public static ulong Fnv1A(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037ul;
        foreach (var b in bytes)
            hash = (hash ^ b) * 1099511628211ul;
        return hash;
    }
}
