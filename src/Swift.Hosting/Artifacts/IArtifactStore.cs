using Swift.Contracts.Experiments;

namespace Swift.Hosting.Artifacts;

/// <summary>
/// Immutable bytes by their SHA-256. Putting the same bytes twice is harmless; a half-written artifact has no name.
/// Folders are built on top (<see cref="FolderArtifacts"/>), so an implementation knows single objects only.
/// </summary>
public interface IArtifactStore
{
    /// <summary>Takes in a stream from where it stands to its end. When it returns, the bytes survive a power cut.</summary>
    Task<StoredArtifact> PutAsync(Stream content, CancellationToken ct = default);

    /// <summary>Takes in a file; one that is stored already is not written again.</summary>
    Task<StoredArtifact> PutFileAsync(string path, CancellationToken ct = default);

    /// <summary>Opens an artifact whose bytes were checked against its name. The stream can seek; the caller disposes it.</summary>
    /// <exception cref="SwiftException"><c>artifact_missing</c>; <c>artifact_corrupted</c>, and then it is put aside and never served.</exception>
    Task<Stream> OpenReadAsync(ArtifactDigest digest, CancellationToken ct = default);

    /// <summary>Makes a checked, read-only local file of an artifact. Whatever happens to that file, the store's bytes stay.</summary>
    /// <param name="path">Must not exist; its folder must.</param>
    /// <exception cref="SwiftException"><c>artifact_missing</c>, <c>artifact_corrupted</c></exception>
    Task MaterializeFileAsync(ArtifactDigest digest, string path, CancellationToken ct = default);

    /// <summary>
    /// The artifact that was made once from what <paramref name="key"/> says, such as settings and digests of inputs; null when it is not known,
    /// or was collected. Asking keeps it from being collected for another grace period.
    /// </summary>
    Task<ArtifactDigest?> FindDerivedAsync(string key, CancellationToken ct = default);

    /// <summary>Remembers what was made from a key. Whatever is remembered may be forgotten: it can be made again.</summary>
    /// <param name="key">Must name everything that the bytes depend on.</param>
    Task SetDerivedAsync(string key, ArtifactDigest digest, CancellationToken ct = default);

    /// <summary>Bytes of an artifact; null when there is none.</summary>
    Task<long?> FindLengthAsync(ArtifactDigest digest, CancellationToken ct = default);

    /// <summary>Every object, in no order.</summary>
    IAsyncEnumerable<ArtifactEntry> EnumerateAsync(CancellationToken ct = default);

    /// <summary>Removes an object; false when there was none.</summary>
    Task<bool> DeleteAsync(ArtifactDigest digest, CancellationToken ct = default);
}
