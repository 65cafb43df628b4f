using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Swift.Api.EventStore;

namespace Swift.Api.Access.Keys;

/// <summary>The key itself: 256 random bits. Only its hash is kept, and because it cannot be guessed, a fast hash without salt is enough.</summary>
internal static class ApiKeySecret
{
    /// <summary>Lets scanners of repositories and logs recognise one.</summary>
    private const string Prefix = "swift_";
    private const int Longest = 512;

    internal static string New() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <returns>SHA-256, lower-case hexadecimal.</returns>
    internal static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>The stream of the key; found from the key alone, so that it takes one look-up.</summary>
    internal static Guid StreamOf(string hash) => DeterministicId.From("api-key", hash);

    internal static bool IsPlausible(string secret) => secret.Length is > 0 and <= Longest;
}
