namespace Swift.Data.Reading;

/// <summary>How the rows of a file are written.</summary>
internal enum DatasetFormat
{
    /// <summary>One JSON object a line.</summary>
    JsonLines,

    /// <summary>One JSON array of objects.</summary>
    JsonArray,

    /// <summary>RFC 4180 with a header, separated by commas.</summary>
    Csv,

    /// <summary>The same, separated by tabs.</summary>
    Tsv,

    /// <summary>Apache Parquet.</summary>
    Parquet,

    /// <summary>Plain text: every line is a text to learn.</summary>
    Text,
}

/// <summary>Tells formats apart: by what a file begins with where that is certain, else by its name.</summary>
internal static class DatasetFormats
{
    private static readonly string[] Compressions = [".gz", ".zst", ".zstd"];
    private static readonly string[] Extensions = [".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".txt", ".parquet"];

    /// <param name="name">File name, with or without a compression's extension.</param>
    /// <param name="start">First bytes of the decompressed content.</param>
    public static DatasetFormat Of(string name, ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("PAR1"u8))
            return DatasetFormat.Parquet;
        var extension = ExtensionOf(name);
        if (extension is ".csv")
            return DatasetFormat.Csv;
        if (extension is ".tsv")
            return DatasetFormat.Tsv;
        if (extension is ".txt")
            return DatasetFormat.Text;
        return start.TrimStart([.. "\uFEFF \t\r\n"u8]) is [(byte)'[', ..] ? DatasetFormat.JsonArray : DatasetFormat.JsonLines;
    }

    /// <summary>The extension is one of a format that rows are written in.</summary>
    public static bool HoldsRows(string name) => Extensions.Contains(ExtensionOf(name));

    /// <summary>The last extension that is not a compression's, in lower case.</summary>
    private static string ExtensionOf(string name)
    {
        var extension = Path.GetExtension(name).ToLowerInvariant();
        return Compressions.Contains(extension) ? Path.GetExtension(Path.GetFileNameWithoutExtension(name)).ToLowerInvariant() : extension;
    }
}
