using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Swift.Data.Reading;

/// <summary>Rows of a file with one JSON object a line. Empty lines are skipped.</summary>
internal static class JsonLineRows
{
    public static IEnumerable<RawRow> Read(LineReader lines, string file)
    {
        while (lines.TryRead(out var line))
        {
            if (lines.TooLong)
                yield return new RawRow(file, lines.Number, default, "row_too_large") { End = lines.Position };
            else if (Parse(file, line, lines.Number) is { } row)
                yield return row with { End = lines.Position };
        }
    }

    private static RawRow? Parse(string file, ReadOnlyMemory<byte> bytes, int line)
    {
        if (line == 1 && bytes.Span.StartsWith(Encoding.UTF8.Preamble))
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        if (bytes.Span.Trim(" \t\r"u8).IsEmpty)
            return null;
        if (!Utf8.IsValid(bytes.Span))
            return new RawRow(file, line, default, "bad_encoding");
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new RawRow(file, line, document.RootElement.Clone(), null)
                : new RawRow(file, line, default, "not_an_object");
        }
        catch (JsonException)
        {
            return new RawRow(file, line, default, "bad_json");
        }
    }
}
