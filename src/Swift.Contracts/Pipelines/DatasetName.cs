using System.Globalization;

namespace Swift.Contracts.Pipelines;

/// <summary>A data set as a specification names it: a path, and after <c>#</c> the number of rows to take.</summary>
public sealed record DatasetName(string Path, int? Rows)
{
    /// <summary>Splits <c>path#500</c>. A <c>#</c> that is not followed by digits to the end belongs to the path.</summary>
    public static DatasetName Parse(string written)
    {
        var hash = written.LastIndexOf('#');
        return hash > 0 && int.TryParse(written.AsSpan(hash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var rows)
            ? new DatasetName(written[..hash], rows)
            : new DatasetName(written, null);
    }
}
