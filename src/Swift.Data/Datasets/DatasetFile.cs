using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Swift.Contracts.Experiments;
using Swift.Data.Reading;

namespace Swift.Data.Datasets;

/// <summary>A local file of rows, or a folder of such files.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Rows">Rows to take; null = all. More than there are: whole repetitions and a random remainder.</param>
/// <param name="Name">As the user wrote it, for messages to people.</param>
public sealed record DatasetFile(string Path, int? Rows, string Name)
{
    /// <summary>Names the bytes, <c>sha256:…</c>, where somebody knows it already; null = computed when it is needed.</summary>
    public string? Digest { get; init; }

    /// <summary>The name without <c>#rows</c>; its extension says how a text file is read.</summary>
    internal string NameWithoutRows
    {
        get
        {
            var hash = Name.LastIndexOf('#');
            return hash > 0 && hash + 1 < Name.Length && !Name.AsSpan(hash + 1).ContainsAnyExceptInRange('0', '9') ? Name[..hash] : Name;
        }
    }

    /// <summary>Name of a file inside the data set.</summary>
    /// <param name="path">Relative to the folder, with forward slashes.</param>
    public string NameOf(string path) => $"{NameWithoutRows.TrimEnd('/')}/{path}";

    /// <summary>Names the bytes of the file, or of all files of the folder with their paths.</summary>
    /// <exception cref="SwiftException">Bad input: <c>dataset_missing</c>, <c>dataset_unreadable</c>.</exception>
    public string ComputeDigest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in RawRows.FilesOf(this))
        {
            using var content = RawRows.OpenBytes(file);
            hash.AppendData(Encoding.UTF8.GetBytes(file.Name[NameWithoutRows.Length..]));
            hash.AppendData(SHA256.HashData(content));
        }

        return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>A file of a folder that holds rows, by its name; others (a README, a licence) are no part of the data set.</summary>
    /// <param name="path">Relative to the folder, with forward slashes.</param>
    public static bool HoldsRows(string path) => DatasetFormats.HoldsRows(path) && !path.Split('/').Any(part => part.StartsWith('.'));

    /// <summary>Reads <c>path</c> or <c>path#500</c>.</summary>
    /// <exception cref="SwiftException">Bad input <c>dataset_path_invalid</c>.</exception>
    public static DatasetFile Parse(string text)
    {
        var hash = text.LastIndexOf('#');
        var path = hash < 0 ? text : text[..hash];
        if (path.Length == 0)
            throw SwiftException.BadInput("dataset_path_invalid", $"'{text}' names no file. Write a path, or path#rows.");
        if (hash < 0)
            return new DatasetFile(path, null, text);
        if (!int.TryParse(text.AsSpan(hash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var rows) || rows == 0)
            throw SwiftException.BadInput("dataset_path_invalid", $"'{text}': after # stands how many rows to take, a whole number above 0.");
        return new DatasetFile(path, rows, text);
    }
}
