using Swift.Contracts.Experiments;
using Swift.Data.Datasets;
using Swift.Data.Streaming;
using ZstdSharp;

namespace Swift.Data.Reading;

/// <summary>
/// Reads the rows of a data set: a file of any <see cref="DatasetFormat"/>, plain, gzip or Zstandard, or a folder of such files in the order of their paths.
/// What is in memory does not grow with the file.
/// </summary>
internal static class RawRows
{
    private const int StartSize = 512;

    /// <exception cref="SwiftException">Bad input: <c>dataset_missing</c>, <c>dataset_unreadable</c>.</exception>
    public static IEnumerable<RawRow> Read(DatasetFile dataset, CancellationToken ct) => Read(dataset, default, ct).Select(read => read.Row);

    /// <summary>Goes on where an earlier reading stood. Plain JSON lines are not read again up to there; other formats are.</summary>
    /// <returns>Rows, and where reading goes on behind each.</returns>
    /// <exception cref="SwiftException">Bad input: <c>dataset_missing</c>, <c>dataset_unreadable</c>.</exception>
    public static IEnumerable<(RawRow Row, SourcePosition Behind)> Read(DatasetFile dataset, SourcePosition from, CancellationToken ct)
    {
        var files = FilesOf(dataset);
        for (var file = from.File; file < files.Count; file++)
        {
            var start = file == from.File ? from : new SourcePosition(file, 0, 0, 0);
            var rows = start.Rows;
            foreach (var row in ReadFile(files[file], start, ct))
                yield return (row, new SourcePosition(file, ++rows, row.Line, row.End));
        }
    }

    /// <summary>The file itself, or the files below the folder that hold rows by their names, ordered by path.</summary>
    public static IReadOnlyList<DatasetFile> FilesOf(DatasetFile dataset)
    {
        if (!Directory.Exists(dataset.Path))
            return [dataset];
        var root = Path.GetFullPath(dataset.Path);
        DatasetFile[] files =
        [
            .. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(root, path).Replace('\\', '/'))
                .Where(DatasetFile.HoldsRows)
                .Order(StringComparer.Ordinal)
                .Select(path => new DatasetFile(Path.Combine(root, path), null, dataset.NameOf(path))),
        ];
        return files.Length > 0 ? files : throw SwiftException.BadInput("dataset_unreadable",
            $"Data set '{dataset.Name}' is a folder without a data file (.jsonl, .json, .csv, .tsv, .parquet, .txt, also with .gz or .zst).");
    }

    private static IEnumerable<RawRow> ReadFile(DatasetFile file, SourcePosition from, CancellationToken ct)
    {
        using var stream = Open(file);
        using var rows = Guarded(file, () => RowsBehind(stream, file, from).GetEnumerator());
        while (Guarded(file, rows.MoveNext))
        {
            ct.ThrowIfCancellationRequested();
            yield return rows.Current;
        }
    }

    private static T Guarded<T>(DatasetFile file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception damaged) when (damaged is InvalidDataException or ZstdException or EndOfStreamException)
        {
            throw Unreadable(file, $"its compressed content is damaged or cut off: {damaged.Message}", damaged);
        }
    }

    private static IEnumerable<RawRow> RowsBehind(Stream stream, DatasetFile file, SourcePosition from)
    {
        if (from.End == 0 || !stream.CanSeek)
            return Rows(stream, file).Skip(from.Rows);
        stream.Position = from.End;
        var lines = new LineReader(stream);
        lines.ContinueFrom(from.Line, from.End);
        return JsonLineRows.Read(lines, file.Name);
    }

    private static IEnumerable<RawRow> Rows(Stream stream, DatasetFile file)
    {
        var start = new byte[StartSize];
        var read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        var format = DatasetFormats.Of(file.NameWithoutRows, start.AsSpan(0, read));
        if (format == DatasetFormat.Parquet)
        {
            return stream.CanSeek
                ? ParquetRows.Read(stream, file.Name)
                : throw Unreadable(file, "it is a Parquet file in an archive; unpack it, Parquet compresses by itself");
        }

        var content = new RestartedStream(start.AsMemory(0, read), stream);
        return format switch
        {
            DatasetFormat.JsonArray => new JsonArrayRows(content, file.Name).Read(),
            DatasetFormat.Csv => new CsvRows(new LineReader(content), file.Name, (byte)',').Read(),
            DatasetFormat.Tsv => new CsvRows(new LineReader(content), file.Name, (byte)'\t').Read(),
            DatasetFormat.Text => TextRows.Read(new LineReader(content), file.Name),
            _ => JsonLineRows.Read(new LineReader(content), file.Name),
        };
    }

    private static Stream Open(DatasetFile file) => Open(file, CompressedFile.Open);

    /// <summary>The bytes of the file as they are.</summary>
    public static Stream OpenBytes(DatasetFile file) => Open(file, File.OpenRead);

    private static Stream Open(DatasetFile file, Func<string, Stream> open)
    {
        try
        {
            return open(file.Path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw SwiftException.BadInput("dataset_missing", $"Data set '{file.Name}' does not exist.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(file, exception.Message, exception);
        }
    }

    private static SwiftException Unreadable(DatasetFile file, string why, Exception? inner = null) =>
        SwiftException.BadInput("dataset_unreadable", $"Data set '{file.Name}' cannot be read: {why}", inner);
}
