using System.Security.Cryptography;
using System.Text.Json;
using Swift.Contracts;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Experiments;

namespace Swift.Hosting.Artifacts;

/// <summary>Folders as artifacts: each file is one, and so is the <see cref="FolderManifest"/> that names them.</summary>
public static class FolderArtifacts
{
    private const int LargestManifest = 64 << 20;
    private static readonly byte[] ManifestStart = "{\"files\":["u8.ToArray();

    /// <summary>Takes in the files below a folder. The same files give the same digest, whatever their times and order on disk.</summary>
    /// <param name="include">Chooses files by their path in the manifest; null = all.</param>
    /// <exception cref="SwiftException"><c>folder_missing</c>, <c>folder_has_links</c>, <c>bad_file_name</c></exception>
    public static async Task<StoredArtifact> PutFolderAsync(
        this IArtifactStore store, string folder, Func<string, bool>? include = null, CancellationToken ct = default)
    {
        var manifest = await ListAsync(folder, include, path => store.PutFileAsync(path, ct));
        using var content = new MemoryStream(Bytes(manifest));
        return new StoredArtifact((await store.PutAsync(content, ct)).Digest, manifest.Files.Sum(file => file.Size));
    }

    /// <summary>What <see cref="PutFolderAsync"/> would give, without taking anything in.</summary>
    /// <inheritdoc cref="PutFolderAsync"/>
    public static async Task<StoredArtifact> DigestFolderAsync(string folder, Func<string, bool>? include = null, CancellationToken ct = default)
    {
        var manifest = await ListAsync(folder, include, async path =>
        {
            await using var file = File.OpenRead(path);
            return new StoredArtifact(ArtifactDigest.FromHash(await SHA256.HashDataAsync(file, ct)), file.Length);
        });
        return new StoredArtifact(ArtifactDigest.FromHash(SHA256.HashData(Bytes(manifest))), manifest.Files.Sum(file => file.Size));
    }

    private static async Task<FolderManifest> ListAsync(string folder, Func<string, bool>? include, Func<string, Task<StoredArtifact>> take)
    {
        if (!Directory.Exists(folder)) throw SwiftException.BadInput("folder_missing", $"There is no folder {folder}.");
        var files = new List<FolderEntry>();
        foreach (var path in PathsBelow(folder, "").Where(path => include?.Invoke(path) ?? true).Order(StringComparer.Ordinal))
        {
            var taken = await take(Path.Combine(folder, path));
            files.Add(new FolderEntry(path, taken.Digest.ToString(), taken.Size));
        }
        return new FolderManifest(files);
    }

    private static byte[] Bytes(FolderManifest manifest) => JsonSerializer.SerializeToUtf8Bytes(manifest, SwiftJson.Options);

    /// <summary>Reads and checks the manifest of a folder artifact.</summary>
    /// <exception cref="SwiftException"><c>not_a_folder_artifact</c>, <c>bad_manifest</c>, <c>artifact_missing</c>, <c>artifact_corrupted</c></exception>
    public static async Task<FolderManifest> ReadManifestAsync(this IArtifactStore store, ArtifactDigest digest, CancellationToken ct = default) =>
        await store.FindManifestAsync(digest, ct)
        ?? throw SwiftException.BadInput("not_a_folder_artifact", $"The artifact {digest} is a file; a folder was wanted.");

    /// <summary>Makes checked local files of a folder artifact.</summary>
    /// <param name="folder">Must be empty or not exist.</param>
    /// <exception cref="SwiftException">As <see cref="ReadManifestAsync"/>.</exception>
    public static async Task MaterializeFolderAsync(this IArtifactStore store, ArtifactDigest digest, string folder, CancellationToken ct = default)
    {
        var manifest = await store.ReadManifestAsync(digest, ct);
        var root = Directory.CreateDirectory(folder).FullName;
        if (Directory.EnumerateFileSystemEntries(root).Any()) throw new IOException($"The folder {root} is not empty.");
        foreach (var file in manifest.Files)
        {
            var path = Path.Combine(root, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await store.MaterializeFileAsync(ArtifactDigest.Parse(file.Digest), path, ct);
        }
    }

    /// <summary>The manifest behind a digest; null when its bytes are not one.</summary>
    internal static async Task<FolderManifest?> FindManifestAsync(this IArtifactStore store, ArtifactDigest digest, CancellationToken ct)
    {
        await using var content = await store.OpenReadAsync(digest, ct);
        if (content.Length > LargestManifest || !await StartsAsManifestAsync(content, ct)) return null;
        try
        {
            var manifest = await JsonSerializer.DeserializeAsync<FolderManifest>(content, SwiftJson.Options, ct);
            return Check(manifest!, digest);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<bool> StartsAsManifestAsync(Stream content, CancellationToken ct)
    {
        var start = new byte[ManifestStart.Length];
        var read = await content.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, ct);
        content.Position = 0;
        return read == start.Length && start.AsSpan().SequenceEqual(ManifestStart);
    }

    private static FolderManifest Check(FolderManifest manifest, ArtifactDigest digest)
    {
        string? before = null;
        foreach (var file in manifest.Files)
        {
            if (!IsSafePath(file.Path) || string.CompareOrdinal(before, file.Path) >= 0 || !ArtifactDigest.TryParse(file.Digest, out _))
                throw SwiftException.BadInput("bad_manifest", $"The folder artifact {digest} has an entry that is not allowed: '{file.Path}'.");
            before = file.Path;
        }
        return manifest;
    }

    /// <summary>Relative, forward slashes, no empty, <c>.</c> or <c>..</c> part, no control character.</summary>
    private static bool IsSafePath(string path) =>
        path.Length is > 0 and <= 4096
        && path.Split('/').All(part => part is not ("" or "." or ".."))
        && !path.Any(character => char.IsControl(character) || character is '\\' or ':');

    /// <summary>Files below a folder. Links to files are followed (a Hugging Face cache is made of them), links to folders are refused.</summary>
    private static IEnumerable<string> PathsBelow(string folder, string prefix)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            var path = prefix + entry.Name;
            if (!IsSafePath(path)) throw SwiftException.BadInput("bad_file_name", $"The file name '{entry.FullName}' has characters that an artifact cannot carry; rename it.");
            if (!entry.Attributes.HasFlag(FileAttributes.Directory)) yield return path;
            else if (entry.LinkTarget is not null) throw SwiftException.BadInput("folder_has_links", $"{entry.FullName} is a link to a folder; put the folder itself there.");
            else foreach (var below in PathsBelow(entry.FullName, path + "/")) yield return below;
        }
    }
}
