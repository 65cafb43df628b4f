using System.Globalization;
using Swift.Contracts.Experiments;

namespace Swift.Data.Datasets;

/// <summary>A local file of rows.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Rows">Rows to take; null = all. More than there are: whole repetitions and a random remainder.</param>
/// <param name="Name">As the user wrote it, for messages to people.</param>
public sealed record DatasetFile(string Path, int? Rows, string Name)
{
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
