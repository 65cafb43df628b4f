using System.Text.Json;

namespace Swift.Data.Reading;

/// <summary>A row as a file has it, whatever the file's format.</summary>
/// <param name="File">The file, for messages to people; of a folder, one of its files.</param>
/// <param name="Line">1-based line on which the row begins; of a Parquet file, the row's number.</param>
/// <param name="Json">The row as an object, or undefined when <paramref name="Problem"/> says why there is none.</param>
/// <param name="Problem"><c>bad_json</c>, <c>bad_csv</c>, <c>bad_encoding</c>, <c>not_an_object</c> or <c>row_too_large</c>.</param>
internal readonly record struct RawRow(string File, int Line, JsonElement Json, string? Problem)
{
    /// <summary>Byte of the content behind the row, where reading can go on; 0 of formats in which it cannot.</summary>
    public long End { get; init; }
}
