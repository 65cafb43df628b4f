using Swift.Contracts.Artifacts;

namespace Swift.Hosting.Artifacts;

/// <summary>What a store has taken in.</summary>
/// <param name="Size">Bytes; of a folder, the sum of its files.</param>
public readonly record struct StoredArtifact(ArtifactDigest Digest, long Size)
{
    /// <summary>The reference that events and messages carry.</summary>
    public ArtifactReference As(ArtifactKind kind) => new(Digest.ToString(), kind, Size);
}

/// <summary>One object of a store, as an enumeration shows it.</summary>
/// <param name="StoredAt">When it was last put; putting the same bytes again renews it.</param>
public readonly record struct ArtifactEntry(ArtifactDigest Digest, long Size, DateTimeOffset StoredAt);
