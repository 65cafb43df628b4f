using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Swift.Contracts.Experiments;

namespace Swift.Data.Datasets;

/// <summary>A row as the file has it.</summary>
/// <param name="Line">1-based.</param>
/// <param name="Json">The parsed object, or undefined when <paramref name="Problem"/> says why there is none.</param>
/// <param name="Problem"><c>bad_json</c>, <c>bad_encoding</c> or <c>not_an_object</c>.</param>
internal readonly record struct RawRow(int Line, JsonElement Json, string? Problem);

/// <summary>
/// Reads JSON lines, one line in memory at a time, or a JSON array of objects, whole. Which of them it is, the first character decides:
/// artifacts have no file extension. Empty lines are skipped.
/// </summary>
internal static class JsonRows
{
    private const int BufferSize = 1 << 16;

    /// <exception cref="SwiftException">Bad input: <c>dataset_missing</c>, <c>dataset_unreadable</c>.</exception>
    public static IEnumerable<RawRow> Read(DatasetFile file, CancellationToken ct)
    {
        using var stream = Open(file);
        var first = FirstCharacter(stream);
        stream.Position = 0;
        foreach (var row in first == '[' ? ReadArray(stream, file) : ReadLines(stream))
        {
            ct.ThrowIfCancellationRequested();
            yield return row;
        }
    }

    private static FileStream Open(DatasetFile file)
    {
        if (Directory.Exists(file.Path))
            throw SwiftException.BadInput("dataset_unreadable", $"Data set '{file.Name}' is a folder. Name a file of JSON lines.");
        try
        {
            return new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.SequentialScan);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw SwiftException.BadInput("dataset_missing", $"Data set '{file.Name}' does not exist.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw SwiftException.BadInput("dataset_unreadable", $"Data set '{file.Name}' cannot be read: {exception.Message}", exception);
        }
    }

    private static int FirstCharacter(FileStream stream)
    {
        int character;
        do
            character = stream.ReadByte();
        while (character is ' ' or '\t' or '\r' or '\n' or 0xEF or 0xBB or 0xBF);
        return character;
    }

    private static IEnumerable<RawRow> ReadLines(FileStream stream)
    {
        var buffer = new byte[BufferSize];
        int start = 0, end = 0, line = 0;
        while (true)
        {
            var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length < 0)
            {
                // The line goes on beyond the buffer: move it to the front, make room, read more.
                Buffer.BlockCopy(buffer, start, buffer, 0, end - start);
                end -= start;
                start = 0;
                if (end == buffer.Length)
                    Array.Resize(ref buffer, buffer.Length * 2);
                var read = stream.Read(buffer, end, buffer.Length - end);
                if (read > 0)
                {
                    end += read;
                    continue;
                }

                if (end > 0 && ParseLine(buffer.AsMemory(0, end), line + 1) is { } last)
                    yield return last;
                yield break;
            }

            line++;
            var row = ParseLine(buffer.AsMemory(start, length), line);
            start += length + 1;
            if (row is { } value)
                yield return value;
        }
    }

    private static RawRow? ParseLine(ReadOnlyMemory<byte> bytes, int line)
    {
        if (line == 1 && bytes.Span.StartsWith(Encoding.UTF8.Preamble))
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        if (bytes.Span.Trim(" \t\r"u8).IsEmpty)
            return null;
        if (!Utf8.IsValid(bytes.Span))
            return new RawRow(line, default, "bad_encoding");
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new RawRow(line, document.RootElement.Clone(), null)
                : new RawRow(line, default, "not_an_object");
        }
        catch (JsonException)
        {
            return new RawRow(line, default, "bad_json");
        }
    }

    private static List<RawRow> ReadArray(FileStream stream, DatasetFile file)
    {
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var content = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(Encoding.UTF8.Preamble.Length) : bytes;
        if (!Utf8.IsValid(content))
            throw SwiftException.BadInput("dataset_unreadable", $"Data set '{file.Name}' is not UTF-8.");
        var rows = new List<RawRow>();
        try
        {
            var reader = new Utf8JsonReader(content);
            reader.Read();
            int line = 1, counted = 0;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var at = (int)reader.TokenStartIndex;
                line += content[counted..at].Count((byte)'\n');
                counted = at;
                var element = JsonElement.ParseValue(ref reader);
                rows.Add(element.ValueKind == JsonValueKind.Object
                    ? new RawRow(line, element, null)
                    : new RawRow(line, default, "not_an_object"));
            }

            // Whatever follows the array, or an array that never ends, throws here.
            while (reader.Read())
            {
            }
        }
        catch (JsonException exception)
        {
            throw SwiftException.BadInput("dataset_unreadable",
                $"Data set '{file.Name}' begins as a JSON array but is not valid JSON: {exception.Message}", exception);
        }

        return rows;
    }
}
