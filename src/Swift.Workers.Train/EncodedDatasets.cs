using Swift.Contracts.Experiments;
using Swift.Hosting.Artifacts;
using Swift.Hosting.Workers;

namespace Swift.Workers.Train;

/// <summary>
/// The encoded data sets that this worker trains on. They stay here from one segment to the next, and as artifacts for every other
/// worker and every later run with the same data, tokenizer, template and settings of encoding.
/// </summary>
internal sealed class EncodedDatasets(IArtifactStore store, ScratchFolders scratch) : IDisposable
{
    private const string KeyPrefix = "encoded-dataset:";
    private readonly Lazy<ScratchFolder> _folder = new(scratch.Take);

    /// <summary>Where they lie, by key.</summary>
    public string Folder => _folder.Value["encoded"];

    /// <summary>Brings what is stored, and lets go of what earlier segments needed and this one does not. One segment at a time asks.</summary>
    public async Task BringAsync(IReadOnlyCollection<string> keys, CancellationToken ct)
    {
        Directory.CreateDirectory(Folder);
        foreach (var file in Directory.EnumerateFiles(Folder))
            if (!keys.Contains(Path.GetFileName(file))) File.Delete(file);
        foreach (var key in keys.Distinct())
        {
            var path = Path.Combine(Folder, key);
            if (!File.Exists(path) && await store.FindDerivedAsync(KeyPrefix + key, ct) is { } digest)
                await TryMaterializeAsync(digest, path, ct);
        }
    }

    /// <summary>What the store has lost or found damaged is made again: nobody has to be told of a cache.</summary>
    private async Task TryMaterializeAsync(ArtifactDigest digest, string path, CancellationToken ct)
    {
        try
        {
            await store.MaterializeFileAsync(digest, path, ct);
        }
        catch (SwiftException lost) when (lost.Reason.Code is "artifact_missing" or "artifact_corrupted")
        {
            File.Delete(path);
        }
    }

    /// <summary>Stores what was made meanwhile.</summary>
    public async Task KeepAsync(IReadOnlyCollection<string> keys, CancellationToken ct)
    {
        foreach (var key in keys.Distinct())
        {
            if (await store.FindDerivedAsync(KeyPrefix + key, ct) is null)
                await store.SetDerivedAsync(KeyPrefix + key, (await store.PutFileAsync(Path.Combine(Folder, key), ct)).Digest, ct);
        }
    }

    public void Dispose()
    {
        if (_folder.IsValueCreated) _folder.Value.Dispose();
    }
}
