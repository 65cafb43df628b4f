using System.Text;
using System.Text.Unicode;

namespace Swift.Data.Reading;

/// <summary>Rows of a plain text: every line is one, in the column <c>text</c>. Empty lines are skipped.</summary>
internal static class TextRows
{
    public static IEnumerable<RawRow> Read(LineReader lines, string file)
    {
        while (lines.TryRead(out var line))
        {
            if (lines.TooLong)
                yield return new RawRow(file, lines.Number, default, "row_too_large");
            else if (Parse(file, line.Span, lines.Number) is { } row)
                yield return row;
        }
    }

    private static RawRow? Parse(string file, ReadOnlySpan<byte> bytes, int line)
    {
        if (line == 1 && bytes.StartsWith(Encoding.UTF8.Preamble))
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        if (bytes is [.., (byte)'\r'])
            bytes = bytes[..^1];
        if (bytes.Trim(" \t"u8).IsEmpty)
            return null;
        if (!Utf8.IsValid(bytes))
            return new RawRow(file, line, default, "bad_encoding");
        var text = Encoding.UTF8.GetString(bytes);
        return new RawRow(file, line, RowJson.Of(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("text"u8, text);
            writer.WriteEndObject();
        }), null);
    }
}
