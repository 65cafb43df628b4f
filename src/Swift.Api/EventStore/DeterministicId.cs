using System.Security.Cryptography;
using System.Text;

namespace Swift.Api.EventStore;

/// <summary>Name-based ids (UUID version 5 layout over SHA-256): the same name gives the same stream, so doing it twice collides instead of doubling.</summary>
public static class DeterministicId
{
    public static Guid From(string scope, string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{scope}\n{name}"), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
