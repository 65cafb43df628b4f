using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;

namespace Swift.Hosting.Artifacts;

/// <summary>Frees artifacts that nothing names.</summary>
public static class GarbageCollection
{
    /// <summary>
    /// Deletes what is neither in <paramref name="live"/> nor in a folder that is, and was not put during the grace period:
    /// work under way stores its bytes before an event names them.
    /// </summary>
    /// <param name="live">Every digest that an event, a schedule or a registry names.</param>
    public static async Task<GarbageCollectionReport> CollectGarbageAsync(
        this IArtifactStore store, IReadOnlySet<ArtifactDigest> live, TimeSpan grace, TimeProvider time, CancellationToken ct = default)
    {
        // A folder that is still in its grace period protects its files too: they may have been put long before it.
        var oldest = time.GetUtcNow() - grace;
        var entries = new List<ArtifactEntry>();
        await foreach (var entry in store.EnumerateAsync(ct)) entries.Add(entry);
        var wanted = entries.Where(entry => live.Contains(entry.Digest) || entry.StoredAt > oldest).Select(entry => entry.Digest).ToHashSet();
        foreach (var digest in wanted.ToList())
            foreach (var file in await FilesOfAsync(store, digest, ct))
                wanted.Add(file);

        int deleted = 0;
        long freed = 0;
        foreach (var entry in entries.Where(entry => !wanted.Contains(entry.Digest)))
        {
            if (!await store.DeleteAsync(entry.Digest, ct)) continue;
            deleted++;
            freed += entry.Size;
        }
        if (store is FolderArtifactStore folder)
        {
            folder.DeleteAbandonedWrites(grace, time.GetUtcNow());
            folder.DeleteDanglingDerived();
        }
        return new GarbageCollectionReport(entries.Count - deleted, deleted, freed);
    }

    private static async Task<IEnumerable<ArtifactDigest>> FilesOfAsync(IArtifactStore store, ArtifactDigest digest, CancellationToken ct)
    {
        try
        {
            var manifest = await store.FindManifestAsync(digest, ct);
            return manifest?.Files.Select(file => ArtifactDigest.Parse(file.Digest)) ?? [];
        }
        catch (SwiftException e) when (e.Reason.Code is "artifact_missing" or "artifact_corrupted" or "bad_manifest")
        {
            return []; // whoever reads it is told; here it names nothing that could be kept
        }
    }
}
