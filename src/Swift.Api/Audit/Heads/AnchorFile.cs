using System.Text;
using System.Text.Json;
using Swift.Contracts;
using Swift.Contracts.Rest;

namespace Swift.Api.Audit.Heads;

/// <summary>A line of an anchor file.</summary>
/// <param name="Line">1-based.</param>
/// <param name="Head">Null when the line is none.</param>
internal readonly record struct Anchor(string File, int Line, TreeHead? Head);

/// <summary>Signed heads outside of the database, a line each, only added to. A line is on disk before its head is in the database.</summary>
internal sealed class AnchorFile(string path)
{
    private static readonly TimeSpan ToWrite = TimeSpan.FromMilliseconds(200);

    /// <summary>The newest head that the file holds.</summary>
    public TreeHead? Last() => Read(path).LastOrDefault(anchor => anchor.Head is not null).Head;

    /// <exception cref="IOException">The file cannot be added to.</exception>
    public void Append(TreeHead head)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            // A line that a crash cut off stays, as a line of its own: nothing here is taken back.
            var line = Encoding.UTF8.GetBytes((IsTorn() ? "\n" : "") + JsonSerializer.Serialize(head, SwiftJson.Options) + "\n");
            using var file = AppendOnly.Open(path);
            RandomAccess.Write(file, line, RandomAccess.GetLength(file));
            RandomAccess.FlushToDisk(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The file of anchors {path} cannot be added to: {e.Message}", e);
        }
    }

    private bool IsTorn()
    {
        if (!File.Exists(path)) return false;
        using var stream = Open(path);
        return stream.Length > 0 && stream.Seek(-1, SeekOrigin.End) >= 0 && stream.ReadByte() != '\n';
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);

    /// <summary>All lines, once; null when there is no file. A last line that is no head may just be being written: it is given a moment.</summary>
    public static async Task<IReadOnlyList<Anchor>?> ReadAsync(string path, CancellationToken ct)
    {
        if (!File.Exists(path)) return null;
        var lines = Read(path).ToList();
        if (lines is not [.., { Head: null }]) return lines;
        await Task.Delay(ToWrite, ct);
        return [.. Read(path)];
    }

    private static IEnumerable<Anchor> Read(string path)
    {
        if (!File.Exists(path)) yield break;
        using var lines = new StreamReader(Open(path));
        for (var number = 1; lines.ReadLine() is { } line; number++) yield return new Anchor(path, number, Parse(line));
    }

    private static TreeHead? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<TreeHead>(line, SwiftJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
