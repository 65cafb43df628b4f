using System.Globalization;
using System.Text.Json;
using Parquet.Meta;
using Parquet.Schema;

namespace Swift.Data.Reading;

/// <summary>
/// Columns of integers that mean something else: dates, times, decimals, unsigned numbers. Parquet.Net decodes such meanings in some encodings only,
/// and gives a time without zone that of this machine. Read as the integers that they are, all of them can be decoded, the same everywhere.
/// </summary>
internal sealed class ParquetAnnotations
{
    private static readonly long UnixEpochTicks = DateTime.UnixEpoch.Ticks;
    private static readonly int UnixEpochDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    private readonly Dictionary<SchemaElement, Action<Utf8JsonWriter, long>> _meanings = new(ReferenceEqualityComparer.Instance);

    /// <summary>How an integer of the column is written; null = as a number.</summary>
    public Action<Utf8JsonWriter, long>? Of(DataField field) => field.SchemaElement is { } element ? _meanings.GetValueOrDefault(element) : null;

    /// <summary>Takes the meanings off a file's schema, before anything is read by it.</summary>
    public static ParquetAnnotations TakeOff(FileMetaData file)
    {
        var annotations = new ParquetAnnotations();
        foreach (var element in file.Schema.Where(element => element.Type is Parquet.Meta.Type.INT32 or Parquet.Meta.Type.INT64))
        {
            if (Meaning(element) is { } meaning)
                annotations._meanings[element] = meaning;
            element.LogicalType = null;
            element.ConvertedType = null;
        }

        return annotations;
    }

    private static Action<Utf8JsonWriter, long>? Meaning(SchemaElement element) => (element.LogicalType, element.ConvertedType) switch
    {
        ({ DATE: not null }, _) or (_, ConvertedType.DATE) => WriteDate,
        ({ TIMESTAMP: { } stamp }, _) => (writer, value) => WriteTimestamp(writer, value, stamp.Unit, stamp.IsAdjustedToUTC),
        ({ TIME: { } time }, _) => (writer, value) => WriteTime(writer, value, time.Unit),
        ({ DECIMAL: { } number }, _) => (writer, value) => WriteDecimal(writer, value, number.Scale),
        ({ INTEGER: { IsSigned: false } integer }, _) => Unsigned(integer.BitWidth),
        (_, ConvertedType.TIMESTAMP_MILLIS) => (writer, value) => WriteTimestamp(writer, value, Milliseconds, utc: true),
        (_, ConvertedType.TIMESTAMP_MICROS) => (writer, value) => WriteTimestamp(writer, value, Microseconds, utc: true),
        (_, ConvertedType.TIME_MILLIS) => (writer, value) => WriteTime(writer, value, Milliseconds),
        (_, ConvertedType.TIME_MICROS) => (writer, value) => WriteTime(writer, value, Microseconds),
        (_, ConvertedType.DECIMAL) => (writer, value) => WriteDecimal(writer, value, element.Scale ?? 0),
        (_, ConvertedType.UINT_32) => Unsigned(32),
        (_, ConvertedType.UINT_64) => Unsigned(64),
        _ => null,
    };

    private static TimeUnit Milliseconds => new() { MILLIS = new MilliSeconds() };

    private static TimeUnit Microseconds => new() { MICROS = new MicroSeconds() };

    private static Action<Utf8JsonWriter, long>? Unsigned(int bits) => bits switch
    {
        64 => (writer, value) => writer.WriteNumberValue((ulong)value),
        32 => (writer, value) => writer.WriteNumberValue((uint)value),
        _ => null,
    };

    private static void WriteDate(Utf8JsonWriter writer, long days)
    {
        if (days + UnixEpochDay is var day && day >= 0 && day <= DateOnly.MaxValue.DayNumber)
            writer.WriteStringValue(DateOnly.FromDayNumber((int)day).ToString("O", CultureInfo.InvariantCulture));
        else
            writer.WriteNumberValue(days);
    }

    /// <summary>Writers have numbers for what no calendar holds, such as DuckDB's <c>infinity</c>: they stay numbers.</summary>
    private static void WriteTimestamp(Utf8JsonWriter writer, long value, TimeUnit unit, bool utc)
    {
        var ticks = Ticks(value, unit) + UnixEpochTicks;
        if (ticks >= DateTime.MinValue.Ticks && ticks <= DateTime.MaxValue.Ticks)
            writer.WriteStringValue(new DateTime((long)ticks).ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture) + (utc ? "Z" : ""));
        else
            writer.WriteNumberValue(value);
    }

    private static void WriteTime(Utf8JsonWriter writer, long value, TimeUnit unit)
    {
        var ticks = Ticks(value, unit);
        if (ticks >= TimeOnly.MinValue.Ticks && ticks <= TimeOnly.MaxValue.Ticks)
            writer.WriteStringValue(new TimeOnly((long)ticks).ToString("HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture));
        else
            writer.WriteNumberValue(value);
    }

    private static Int128 Ticks(long value, TimeUnit unit) =>
        unit.MILLIS is not null ? (Int128)value * TimeSpan.TicksPerMillisecond
        : unit.MICROS is not null ? (Int128)value * TimeSpan.TicksPerMicrosecond
        : value / TimeSpan.NanosecondsPerTick;

    /// <summary>Without zeros at the end, as decimals of more digits come from the library.</summary>
    private static void WriteDecimal(Utf8JsonWriter writer, long unscaled, int scale)
    {
        var digits = (ulong)Int128.Abs(unscaled);
        var number = new decimal((int)digits, (int)(digits >> 32), 0, unscaled < 0, checked((byte)scale));
        writer.WriteNumberValue(number / 1.0000000000000000000000000000m);
    }
}
