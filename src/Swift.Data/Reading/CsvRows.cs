using System.Text;
using System.Text.Json;
using Swift.Contracts.Experiments;

namespace Swift.Data.Reading;

/// <summary>
/// Rows of a table as RFC 4180 writes it: a header of column names, fields in quotes where they hold a separator, a quote or a line end.
/// Every cell is a text; an empty cell is a cell that is not there.
/// </summary>
internal sealed class CsvRows(LineReader lines, string file, byte separator)
{
    private readonly CsvRecord _record = new(separator);

    /// <exception cref="SwiftException">Bad input <c>dataset_unreadable</c>: the header cannot be read, or has a name twice.</exception>
    public IEnumerable<RawRow> Read()
    {
        string[]? header = null;
        while (lines.TryRead(out var bytes))
        {
            var line = lines.Number;
            var problem = ReadRecord(bytes);
            if (problem is null && _record.IsEmpty)
                continue;
            if (header is null)
            {
                header = Header(line, problem);
                continue;
            }

            if (problem is null && _record.Fields.Count == header.Length)
            {
                yield return new RawRow(file, line, Row(header), null);
                continue;
            }

            // A quote that is never closed takes the lines behind it along: each of them is named.
            for (var lost = line; lost <= lines.Number; lost++)
                yield return new RawRow(file, lost, default, problem ?? "bad_csv");
        }
    }

    /// <summary>Reads on as long as a field in quotes does.</summary>
    private string? ReadRecord(ReadOnlyMemory<byte> bytes)
    {
        if (lines.TooLong)
            return "row_too_large";
        _record.Start();
        var text = lines.Number == 1 && bytes.Span.StartsWith(Encoding.UTF8.Preamble) ? bytes.Span[Encoding.UTF8.Preamble.Length..] : bytes.Span;
        for (var size = 0L; _record.Add(text) == CsvRecord.State.InQuotes; text = bytes.Span)
        {
            size += text.Length;
            if (!lines.TryRead(out bytes))
                return "bad_csv";
            if (lines.TooLong || size > LineReader.LongestLine)
                return "row_too_large";
        }

        return _record.Problem;
    }

    private string[] Header(int line, string? problem)
    {
        if (problem is not null)
            throw Unreadable($"its header on line {line} cannot be read ({problem})");
        var repeated = _record.Fields.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        if (repeated is not null)
            throw Unreadable($"its header has the column '{repeated.Key}' twice");
        return [.. _record.Fields];
    }

    private JsonElement Row(string[] header) => RowJson.Of(writer =>
    {
        writer.WriteStartObject();
        for (var i = 0; i < header.Length; i++)
        {
            if (_record.Fields[i].Length > 0)
                writer.WriteString(header[i], _record.Fields[i]);
        }

        writer.WriteEndObject();
    });

    private SwiftException Unreadable(string why) => SwiftException.BadInput("dataset_unreadable", $"Data set '{file}' is no table: {why}.");
}
