using System.Collections;
using System.Globalization;
using System.Text.Json;

namespace Swift.Data.Reading;

/// <summary>Values of Parquet's types as JSON.</summary>
internal static class ParquetJson
{
    public static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case string text: writer.WriteStringValue(text); break;
            case ReadOnlyMemory<char> text: writer.WriteStringValue(text.Span); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case sbyte or byte or short or ushort or int or uint or long: writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture)); break;
            case ulong number: writer.WriteNumberValue(number); break;
            case float number: WriteReal(writer, float.IsFinite(number), number.ToString("R", CultureInfo.InvariantCulture)); break;
            case double number: WriteReal(writer, double.IsFinite(number), number.ToString("R", CultureInfo.InvariantCulture)); break;
            case decimal number: writer.WriteNumberValue(number); break;
            case DateTime time: writer.WriteStringValue(time.ToString("O", CultureInfo.InvariantCulture)); break;
            case byte[] bytes: writer.WriteBase64StringValue(bytes); break;
            case ReadOnlyMemory<byte> bytes: writer.WriteBase64StringValue(bytes.Span); break;
            case IDictionary cells: WriteObject(writer, cells); break;
            case IEnumerable items: WriteArray(writer, items); break;
            default: writer.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture)); break;
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

    private static void WriteObject(Utf8JsonWriter writer, IDictionary cells)
    {
        writer.WriteStartObject();
        foreach (DictionaryEntry cell in cells)
        {
            writer.WritePropertyName(cell.Key is ReadOnlyMemory<char> text ? text.ToString() : Convert.ToString(cell.Key, CultureInfo.InvariantCulture)!);
            Write(writer, cell.Value);
        }

        writer.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter writer, IEnumerable items)
    {
        writer.WriteStartArray();
        foreach (var item in items)
            Write(writer, item);
        writer.WriteEndArray();
    }
}
