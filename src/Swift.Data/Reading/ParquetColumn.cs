using System.Globalization;
using System.Text.Json;
using Parquet;
using Parquet.File.Values.Primitives;
using Parquet.Meta;
using Parquet.Schema;

namespace Swift.Data.Reading;

/// <summary>
/// One column of a row group as Parquet stores it: the values that are there, and two levels beside each place, which say how much of the path to it is
/// there and which list it continues (Melnik et al., Dremel, VLDB 2010). It is gone through from the front.
/// </summary>
internal abstract class ParquetColumn(int places, int[]? definitions, int[]? repetitions)
{
    /// <summary>A file may claim any number of values; so many are made room for.</summary>
    private const long MostPlaces = 1 << 27;

    /// <summary>The place that is written next.</summary>
    private int _at;

    /// <summary>How much of the path to the next value is there.</summary>
    public int Definition => definitions is null ? 0 : definitions[_at];

    /// <summary>The next place is another item of the list of that level.</summary>
    public bool Continues(int level) => _at < places && repetitions![_at] >= level;

    /// <summary>Leaves out a place without a value.</summary>
    public void Skip() => _at++;

    /// <summary>Writes the value of the next place, which is there.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        WriteNext(writer);
        _at++;
    }

    /// <param name="meaning">How integers are written; null = as numbers.</param>
    /// <exception cref="Exception">The library's, whatever its decoders run into; the type or the size of the column is not read.</exception>
    public static async Task<ParquetColumn> ReadAsync(ParquetRowGroupReader group, DataField field, Action<Utf8JsonWriter, long>? meaning)
    {
        var type = field.ClrType;
        if (type == typeof(ReadOnlyMemory<char>))
            return await ReadValuesAsync<ReadOnlyMemory<char>>(group, field, (writer, text) => writer.WriteStringValue(text.Span));
        if (type == typeof(ReadOnlyMemory<byte>))
            return await ReadValuesAsync<ReadOnlyMemory<byte>>(group, field, IsJson(field) ? WriteJson : (writer, bytes) => writer.WriteBase64StringValue(bytes.Span));
        if (type == typeof(int))
            return await ReadValuesAsync<int>(group, field, meaning is null ? (writer, number) => writer.WriteNumberValue(number) : (writer, number) => meaning(writer, number));
        if (type == typeof(long))
            return await ReadValuesAsync(group, field, meaning ?? ((writer, number) => writer.WriteNumberValue(number)));
        if (type == typeof(bool) && IsRunLength(group, field))
            throw new NotSupportedException("truth values in data pages of version 2 are not read; write the file with data pages of version 1");
        if (type == typeof(bool))
            return await ReadValuesAsync<bool>(group, field, (writer, flag) => writer.WriteBooleanValue(flag));
        if (type == typeof(float))
            return await ReadValuesAsync<float>(group, field, (writer, number) => WriteReal(writer, float.IsFinite(number), number.ToString("R", CultureInfo.InvariantCulture)));
        if (type == typeof(double))
            return await ReadValuesAsync<double>(group, field, (writer, number) => WriteReal(writer, double.IsFinite(number), number.ToString("R", CultureInfo.InvariantCulture)));
        if (type == typeof(decimal))
            return await ReadValuesAsync<decimal>(group, field, (writer, number) => writer.WriteNumberValue(number));
        if (type == typeof(Guid))
            return await ReadValuesAsync<Guid>(group, field, (writer, id) => writer.WriteStringValue(id));
        if (type == typeof(DateTime))
            return await ReadValuesAsync<DateTime>(group, field, (writer, time) => writer.WriteStringValue(time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture)));
        if (type == typeof(Interval))
            return await ReadValuesAsync<Interval>(group, field, (writer, interval) => writer.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"P{interval.Months}M{interval.Days}DT{interval.Millis / 1000m}S")));
        throw new NotSupportedException($"its type ({field.SchemaElement?.Type}, {type.Name}) is not read; write texts or numbers");
    }

    protected abstract void WriteNext(Utf8JsonWriter writer);

    private static async Task<ParquetColumn> ReadValuesAsync<T>(ParquetRowGroupReader group, DataField field, Action<Utf8JsonWriter, T> write)
        where T : struct
    {
        var count = group.GetMetadata(field)?.MetaData?.NumValues ?? throw new InvalidDataException("the row group does not hold it");
        if (count is < 0 or > MostPlaces)
            throw new NotSupportedException($"a row group holds {count} values of it, and at most {MostPlaces} are read; write smaller row groups");
        var values = new T[count];
        var definitions = field.MaxDefinitionLevel > 0 ? new int[count] : null;
        var repetitions = field.MaxRepetitionLevel > 0 ? new int[count] : null;
        await group.ReadRawAsync(field, values.AsMemory(), Memory(definitions), Memory(repetitions));
        return new Values<T>(values, definitions, repetitions, write);

        // Null alone would become an empty memory, by way of an array that is null.
        static Memory<int>? Memory(int[]? levels) => levels is null ? (Memory<int>?)null : levels.AsMemory();
    }

    /// <summary>Of truth values in this encoding the library reads others than were written, without a word.</summary>
    private static bool IsRunLength(ParquetRowGroupReader group, DataField field) => group.GetMetadata(field)?.MetaData is { } column &&
        (column.EncodingStats?.Any(pages => pages is { PageType: not PageType.DICTIONARY_PAGE, Encoding: Encoding.RLE }) ?? !column.Encodings.Contains(Encoding.PLAIN));

    private static bool IsJson(DataField field) => field.SchemaElement is { } element && (element.LogicalType?.JSON is not null || element.ConvertedType == ConvertedType.JSON);

    private static void WriteJson(Utf8JsonWriter writer, ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            document.RootElement.WriteTo(writer);
        }
        catch (JsonException)
        {
            writer.WriteStringValue(json.Span);
        }
    }

    /// <summary>JSON has no infinities: they become the texts that <see cref="JsonSerializer"/> reads back as numbers.</summary>
    private static void WriteReal(Utf8JsonWriter writer, bool finite, string number)
    {
        if (finite)
            writer.WriteRawValue(number);
        else
            writer.WriteStringValue(number);
    }

    private sealed class Values<T>(T[] values, int[]? definitions, int[]? repetitions, Action<Utf8JsonWriter, T> write)
        : ParquetColumn(values.Length, definitions, repetitions)
    {
        private int _next;

        protected override void WriteNext(Utf8JsonWriter writer) => write(writer, values[_next++]);
    }
}
