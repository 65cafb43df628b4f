using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Swift.Contracts.Experiments;

namespace Swift.Hosting.Artifacts;

/// <summary>
/// Artifacts in a folder: <c>sha256/ab/ab12…</c>. Written to <c>tmp</c>, flushed, renamed, and the folder flushed:
/// a name exists only for whole bytes. Bytes that do not match their name go to <c>quarantine</c>.
/// What was made from what is in <c>derived</c>, a small file a key. Several processes may share the folder.
/// </summary>
public sealed class FolderArtifactStore : IArtifactStore
{
    private const int BufferSize = 1 << 20;
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _objects;
    private readonly string _temporary;
    private readonly string _quarantine;
    private readonly string _derived;

    /// <param name="folder">Made when it does not exist; usually <c>data/artifacts</c>.</param>
    public FolderArtifactStore(string folder)
    {
        folder = Path.GetFullPath(folder);
        _objects = Path.Combine(folder, "sha256");
        _temporary = Path.Combine(folder, "tmp");
        _quarantine = Path.Combine(folder, "quarantine");
        _derived = Path.Combine(folder, "derived");
        Directory.CreateDirectory(_objects);
        Directory.CreateDirectory(_derived);
        Directory.CreateDirectory(_temporary);
    }

    public async Task<StoredArtifact> PutAsync(Stream content, CancellationToken ct = default)
    {
        var temporary = Path.Combine(_temporary, $"{Environment.ProcessId}-{Guid.NewGuid():N}");
        try
        {
            var stored = await WriteAsync(content, temporary, ct);
            var path = PathOf(stored.Digest);
            var folder = Path.GetDirectoryName(path)!;
            if (!Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder);
                DurableFile.FlushDirectory(_objects);
            }
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(temporary, ReadOnly);
            File.Move(temporary, path, overwrite: true);
            DurableFile.FlushDirectory(folder);
            return stored;
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    public async Task<StoredArtifact> PutFileAsync(string path, CancellationToken ct = default)
    {
        await using var file = OpenSequential(path);
        var known = new StoredArtifact(await HashAsync(file, ct), file.Length);
        if (Renew(known)) return known;
        file.Position = 0;
        return await PutAsync(file, ct);
    }

    public async Task<Stream> OpenReadAsync(ArtifactDigest digest, CancellationToken ct = default)
    {
        var path = PathOf(digest);
        FileStream file;
        try
        {
            file = OpenSequential(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Missing(digest, e);
        }
        try
        {
            if (await HashAsync(file, ct) != digest) throw Quarantine(digest, path);
            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    public async Task MaterializeFileAsync(ArtifactDigest digest, string path, CancellationToken ct = default)
    {
        await using var file = await OpenReadAsync(digest, ct);
        // A privileged process can write through a read-only link into the store, so it gets a copy.
        if (!Environment.IsPrivilegedProcess && DurableFile.TryHardLink(PathOf(digest), path)) return;
        await using (var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            await file.CopyToAsync(target, BufferSize, ct);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, ReadOnly | UnixFileMode.UserWrite);
    }

    public async Task<ArtifactDigest?> FindDerivedAsync(string key, CancellationToken ct = default)
    {
        try
        {
            var text = await File.ReadAllTextAsync(DerivedPathOf(key), ct);
            return ArtifactDigest.TryParse(text, out var digest) && await FindLengthAsync(digest, ct) is { } size && Renew(new StoredArtifact(digest, size)) ? digest : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    public async Task SetDerivedAsync(string key, ArtifactDigest digest, CancellationToken ct = default)
    {
        var temporary = Path.Combine(_temporary, $"{Environment.ProcessId}-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(temporary, digest.ToString(), ct);
        File.Move(temporary, DerivedPathOf(key), overwrite: true);
    }

    public Task<long?> FindLengthAsync(ArtifactDigest digest, CancellationToken ct = default)
    {
        var file = new FileInfo(PathOf(digest));
        return Task.FromResult<long?>(file.Exists ? file.Length : null);
    }

    public async IAsyncEnumerable<ArtifactEntry> EnumerateAsync([EnumeratorCancellation] CancellationToken ct = default)
    {
        await Task.Yield();
        foreach (var file in new DirectoryInfo(_objects).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            ct.ThrowIfCancellationRequested();
            if (ArtifactDigest.TryParse("sha256:" + file.Name, out var digest))
                yield return new ArtifactEntry(digest, file.Length, new DateTimeOffset(file.LastWriteTimeUtc));
        }
    }

    public Task<bool> DeleteAsync(ArtifactDigest digest, CancellationToken ct = default)
    {
        var path = PathOf(digest);
        if (!File.Exists(path)) return Task.FromResult(false);
        File.Delete(path);
        return Task.FromResult(true);
    }

    /// <summary>Removes what processes that died left half-written, older than <paramref name="age"/>.</summary>
    public int DeleteAbandonedWrites(TimeSpan age, DateTimeOffset now)
    {
        var abandoned = new DirectoryInfo(_temporary).EnumerateFiles().Where(file => now - file.LastWriteTimeUtc > age).ToList();
        foreach (var file in abandoned) file.Delete();
        return abandoned.Count;
    }

    /// <summary>Forgets what was made from keys whose artifacts are gone.</summary>
    public void DeleteDanglingDerived()
    {
        foreach (var file in Directory.EnumerateFiles(_derived))
        {
            if (!ArtifactDigest.TryParse(File.ReadAllText(file), out var digest) || !File.Exists(PathOf(digest))) File.Delete(file);
        }
    }

    private string DerivedPathOf(string key) => Path.Combine(_derived, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))));

    private string PathOf(ArtifactDigest digest) => Path.Combine(_objects, digest.Hex[..2], digest.Hex);

    /// <summary>Marks an artifact as wanted again, so that a garbage collection leaves it its grace period.</summary>
    private bool Renew(StoredArtifact artifact)
    {
        var file = new FileInfo(PathOf(artifact.Digest));
        if (!file.Exists || file.Length != artifact.Size) return false;
        try
        {
            file.LastWriteTimeUtc = DateTime.UtcNow;
            return true;
        }
        catch (FileNotFoundException)
        {
            return false; // collected just now: it is written again
        }
    }

    private SwiftException Quarantine(ArtifactDigest digest, string path)
    {
        Directory.CreateDirectory(_quarantine);
        var aside = Path.Combine(_quarantine, $"{digest.Hex}-{Guid.NewGuid():N}");
        File.Move(path, aside);
        return new SwiftException(new FailureReason(FailureKind.Infrastructure, "artifact_corrupted",
            $"The stored bytes of {digest} do not match their name any more. They were put aside in {aside}; check the disk. Producing the artifact again restores it."));
    }

    private static SwiftException Missing(ArtifactDigest digest, Exception inner) => new(
        new FailureReason(FailureKind.Infrastructure, "artifact_missing", $"The artifact {digest} is not in the store."), inner);

    private static FileStream OpenSequential(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read | FileShare.Delete,
        BufferSize = 0, Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
    });

    private static async Task<ArtifactDigest> HashAsync(Stream content, CancellationToken ct) =>
        ArtifactDigest.FromHash(await SHA256.HashDataAsync(content, ct));

    private static async Task<StoredArtifact> WriteAsync(Stream content, string path, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        long size = 0;
        for (int read; (read = await content.ReadAsync(buffer, ct)) > 0; size += read)
        {
            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), ct);
        }
        file.Flush(flushToDisk: true);
        return new StoredArtifact(ArtifactDigest.FromHash(hash.GetHashAndReset()), size);
    }
}
