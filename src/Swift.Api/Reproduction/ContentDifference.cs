using System.Text.Json;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;
using Swift.Hosting.Artifacts;

namespace Swift.Api.Reproduction;

/// <summary>Looks into two artifacts for the first difference: a file of a folder, a tensor, a row, a field, at last a byte.</summary>
internal sealed class ContentDifference(IArtifactStore store)
{
    private const int BufferSize = 1 << 16;
    private const int LargestJson = 64 << 20;

    /// <param name="name">What the artifact is called; its ending tells what is in it.</param>
    /// <returns>Null when the bytes of one are not in the store any more.</returns>
    public async Task<ArtifactDifference?> FindAsync(string name, string before, string after, CancellationToken ct)
    {
        try
        {
            return await InsideAsync(name, ArtifactDigest.Parse(before), ArtifactDigest.Parse(after), ct);
        }
        catch (SwiftException gone) when (gone.Reason.Code is "artifact_missing" or "artifact_corrupted")
        {
            return null;
        }
    }

    private async Task<ArtifactDifference?> InsideAsync(string name, ArtifactDigest before, ArtifactDigest after, CancellationToken ct)
    {
        if (await ManifestAsync(before, ct) is not { } a || await ManifestAsync(after, ct) is not { } b)
        {
            return await FileAsync(name, null, name, before, after, ct);
        }
        foreach (var path in a.Keys.Union(b.Keys).Order(StringComparer.Ordinal))
        {
            var (x, y) = (a.GetValueOrDefault(path), b.GetValueOrDefault(path));
            if (x is null || y is null)
            {
                return new ArtifactDifference(name, path, "the file itself", x, y);
            }
            if (x != y)
            {
                return await FileAsync(name, path, path, ArtifactDigest.Parse(x), ArtifactDigest.Parse(y), ct);
            }
        }
        return null;
    }

    private async Task<Dictionary<string, string>?> ManifestAsync(ArtifactDigest digest, CancellationToken ct)
    {
        try
        {
            return (await store.ReadManifestAsync(digest, ct)).Files.ToDictionary(file => file.Path, file => file.Digest, StringComparer.Ordinal);
        }
        catch (SwiftException file) when (file.Reason.Code == "not_a_folder_artifact")
        {
            return null;
        }
    }

    private async Task<ArtifactDifference?> FileAsync(
        string artifact, string? file, string name, ArtifactDigest before, ArtifactDigest after, CancellationToken ct)
    {
        await using var a = await store.OpenReadAsync(before, ct);
        await using var b = await store.OpenReadAsync(after, ct);
        var found = Path.GetExtension(name) switch
        {
            ".safetensors" => await TensorDifference.FindAsync(a, b, ct),
            ".json" => await JsonAsync(a, b, ct),
            ".jsonl" => await RowAsync(a, b, ct),
            _ when name == "report" => await JsonAsync(a, b, ct),
            _ when name == "rollouts" => await RowAsync(a, b, ct),
            _ => null,
        };
        if (found is null)
        {
            (a.Position, b.Position) = (0, 0);
            var at = await FirstByteAsync(a, b, Math.Min(a.Length, b.Length), ct) ?? Math.Min(a.Length, b.Length);
            found = ($"byte {at}", at < a.Length ? null : "ends here", at < b.Length ? null : "ends here");
        }
        return new ArtifactDifference(artifact, file, found.Value.Place, found.Value.Before, found.Value.After);
    }

    private static async Task<(string Place, string? Before, string? After)?> JsonAsync(Stream before, Stream after, CancellationToken ct)
    {
        if (before.Length > LargestJson || after.Length > LargestJson)
        {
            return null;
        }
        try
        {
            using var a = await JsonDocument.ParseAsync(before, cancellationToken: ct);
            using var b = await JsonDocument.ParseAsync(after, cancellationToken: ct);
            return JsonDifference.Find(a.RootElement, b.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<(string Place, string? Before, string? After)?> RowAsync(Stream before, Stream after, CancellationToken ct)
    {
        using var a = new StreamReader(before, leaveOpen: true);
        using var b = new StreamReader(after, leaveOpen: true);
        for (var line = 1; ; line++)
        {
            var (x, y) = (await a.ReadLineAsync(ct), await b.ReadLineAsync(ct));
            if (x is null && y is null)
            {
                return null;
            }
            if (x != y)
            {
                return Row(line, x, y);
            }
        }
    }

    private static (string Place, string? Before, string? After) Row(int line, string? before, string? after)
    {
        try
        {
            using var a = before is null ? null : JsonDocument.Parse(before);
            using var b = after is null ? null : JsonDocument.Parse(after);
            if (a is not null && b is not null && JsonDifference.Find(a.RootElement, b.RootElement) is { } found)
            {
                return ($"line {line}, {found.Path}", found.Before, found.After);
            }
        }
        catch (JsonException)
        {
            // No JSON: the lines themselves are shown.
        }
        return ($"line {line}", before is null ? null : JsonDifference.Shorten(before), after is null ? null : JsonDifference.Shorten(after));
    }

    /// <summary>Position of the first byte that differs, from where both streams stand; null when <paramref name="length"/> bytes are equal.</summary>
    internal static async Task<long?> FirstByteAsync(Stream before, Stream after, long length, CancellationToken ct)
    {
        var (a, b) = (new byte[BufferSize], new byte[BufferSize]);
        for (long at = 0; at < length;)
        {
            var wanted = (int)Math.Min(BufferSize, length - at);
            await before.ReadExactlyAsync(a.AsMemory(0, wanted), ct);
            await after.ReadExactlyAsync(b.AsMemory(0, wanted), ct);
            var equal = a.AsSpan(0, wanted).CommonPrefixLength(b.AsSpan(0, wanted));
            if (equal < wanted)
            {
                return at + equal;
            }
            at += wanted;
        }
        return null;
    }
}
