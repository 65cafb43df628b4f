using System.Security.Cryptography;
using System.Text.Json;
using Swift.Contracts;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;

namespace Swift.Cli.Api;

/// <summary>What was fetched. <paramref name="Files"/> is null when the artifact is a single file.</summary>
internal sealed record FetchedArtifact(string Digest, string Path, long Size, int? Files);

/// <summary>Fetches an artifact over REST. Every file is checked against its digest, and takes its name only when it is whole.</summary>
internal static class ArtifactDownload
{
    /// <param name="path">Must not exist; becomes a file, or a folder if the artifact is one.</param>
    public static async Task<FetchedArtifact> RunAsync(ISwiftApi api, string digest, string path, CancellationToken ct)
    {
        using UnfinishedDownload download = new(path);
        var unfinished = download.Path;
        var size = await FileAsync(api, digest, unfinished, ct);
        if (TryReadManifest(unfinished) is not { } manifest)
        {
            download.Finish();
            return new FetchedArtifact(digest, path, size, null);
        }

        File.Delete(unfinished);
        Directory.CreateDirectory(unfinished);
        foreach (var entry in manifest.Files)
        {
            var file = Path.GetFullPath(Path.Combine(unfinished, entry.Path));
            if (!file.StartsWith(unfinished + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                throw SwiftException.BadInput("manifest_escapes", $"{digest} names a file outside itself ({entry.Path}); nothing was written there.");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await FileAsync(api, entry.Digest, file, ct);
        }
        download.Finish();
        return new FetchedArtifact(digest, path, manifest.Files.Sum(f => f.Size), manifest.Files.Count);
    }

    private static async Task<long> FileAsync(ISwiftApi api, string digest, string path, CancellationToken ct)
    {
        using var answer = await api.GetArtifact(digest, ct);
        if (!answer.IsSuccessStatusCode)
            throw await ApiProblem.ReadAsync(answer);

        await using var target = File.Create(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var source = await answer.Content.ReadAsStreamAsync(ct);
        var buffer = new byte[1 << 16];
        for (int read; (read = await source.ReadAsync(buffer, ct)) > 0;)
        {
            hash.AppendData(buffer, 0, read);
            await target.WriteAsync(buffer.AsMemory(0, read), ct);
        }
        var actual = "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
        if (actual != digest)
            throw new IOException($"what came is {actual}, not {digest}: the transfer was cut or altered. Try again.");
        return target.Length;
    }

    /// <summary>The manifest in a file; null if it is anything else.</summary>
    private static FolderManifest? TryReadManifest(string file)
    {
        const int longestManifest = 16 << 20;
        using var stream = File.OpenRead(file);
        if (stream.Length > longestManifest || stream.ReadByte() != '{')
            return null;
        stream.Position = 0;
        try
        {
            return JsonSerializer.Deserialize<FolderManifest>(stream, SwiftJson.Options) is { Files: not null } manifest ? manifest : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
