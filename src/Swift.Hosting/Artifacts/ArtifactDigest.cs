using System.Diagnostics.CodeAnalysis;
using Swift.Contracts.Experiments;

namespace Swift.Hosting.Artifacts;

/// <summary>The name of immutable bytes: their SHA-256. Only a checked value exists, so it may become part of a path.</summary>
public readonly record struct ArtifactDigest
{
    private const string Prefix = "sha256:";
    private readonly string? _hex;

    private ArtifactDigest(string hex) => _hex = hex;

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public string Hex => _hex ?? throw new InvalidOperationException("This digest was never set.");

    /// <summary>From the 32 bytes of a hash.</summary>
    public static ArtifactDigest FromHash(ReadOnlySpan<byte> sha256)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sha256.Length, 32);
        return new ArtifactDigest(Convert.ToHexStringLower(sha256));
    }

    /// <summary>Reads <c>sha256:</c> and exactly 64 lower-case hexadecimal digits; nothing else is a digest.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ArtifactDigest digest)
    {
        digest = default;
        if (text is null || text.Length != Prefix.Length + 64 || !text.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        if (text.AsSpan(Prefix.Length).ContainsAnyExcept("0123456789abcdef")) return false;
        digest = new ArtifactDigest(text[Prefix.Length..]);
        return true;
    }

    /// <exception cref="SwiftException"><c>bad_digest</c></exception>
    public static ArtifactDigest Parse(string? text) => TryParse(text, out var digest)
        ? digest
        : throw SwiftException.BadInput("bad_digest", $"'{text}' is not the name of an artifact: sha256: and 64 lower-case hexadecimal digits are wanted.");

    /// <summary><c>sha256:…</c>, as references, events and messages carry it.</summary>
    public override string ToString() => Prefix + Hex;
}
