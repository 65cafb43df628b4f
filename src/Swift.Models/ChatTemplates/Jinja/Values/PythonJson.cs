using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Swift.Models.ChatTemplates.Jinja.Values;

/// <summary>Python's <c>json.dumps</c>, and values from JSON.</summary>
internal sealed class PythonJson(bool ensureAscii, string? indent, string itemSeparator, string keySeparator, bool sortKeys)
{
    private const int DeepestNesting = 200;

    private readonly StringBuilder output = new();

    public string Write(object? value)
    {
        output.Clear();
        Write(value, 0);
        return output.ToString();
    }

    /// <summary>A JSON value as a template sees it. Integers beyond 64 bits become floats.</summary>
    public static object? FromJson(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => FromNumber(element),
        JsonValueKind.Array => new JinjaList(element.EnumerateArray().Select(FromJson)),
        JsonValueKind.Object => FromObject(element),
        _ => null,
    };

    private static object FromNumber(JsonElement element) =>
        element.TryGetInt64(out var number) && !element.GetRawText().AsSpan().ContainsAny('.', 'e', 'E') ? number : (object)element.GetDouble();

    private static JinjaDictionary FromObject(JsonElement element)
    {
        var dictionary = new JinjaDictionary();
        foreach (var property in element.EnumerateObject())
        {
            dictionary[property.Name] = FromJson(property.Value);
        }
        return dictionary;
    }

    private void Write(object? value, int depth)
    {
        if (depth > DeepestNesting) throw new JinjaException(JinjaError.Limit, "a value is nested too deeply for tojson");
        switch (value)
        {
            case null:
                output.Append("null");
                break;
            case bool flag:
                output.Append(flag ? "true" : "false");
                break;
            case long number:
                output.Append(number.ToString(CultureInfo.InvariantCulture));
                break;
            case double number:
                output.Append(double.IsNaN(number) ? "NaN" : double.IsInfinity(number) ? number > 0 ? "Infinity" : "-Infinity" : PythonText.Float(number));
                break;
            case string text:
                WriteText(text);
                break;
            case JinjaList list:
                WriteItems('[', ']', list, depth, item => Write(item, depth + 1));
                break;
            case JinjaDictionary dictionary:
                IEnumerable<(object? Key, object? Value)> items = dictionary.Items;
                if (sortKeys) items = items.OrderBy(item => item.Key, Comparer<object?>.Create(PythonOperators.Compare));
                WriteItems('{', '}', items, depth, item =>
                {
                    WriteText(KeyText(item.Key));
                    output.Append(keySeparator);
                    Write(item.Value, depth + 1);
                });
                break;
            default:
                throw JinjaException.Failed($"Object of type {PythonOperators.TypeName(value)} is not JSON serializable");
        }
    }

    private void WriteItems<T>(char open, char close, IEnumerable<T> items, int depth, Action<T> write)
    {
        output.Append(open);
        var empty = true;
        foreach (var item in items)
        {
            if (!empty) output.Append(itemSeparator);
            empty = false;
            NewLine(depth + 1);
            write(item);
        }
        if (!empty) NewLine(depth);
        output.Append(close);
    }

    private void NewLine(int depth)
    {
        if (indent is null) return;
        output.Append('\n');
        for (var i = 0; i < depth; i++) output.Append(indent);
    }

    private static string KeyText(object? key) => key switch
    {
        string text => text,
        null => "null",
        bool flag => flag ? "true" : "false",
        long or double => PythonText.Str(key),
        _ => throw JinjaException.Failed("keys must be str, int, float, bool or None"),
    };

    private void WriteText(string text)
    {
        output.Append('"');
        foreach (var unit in text)
        {
            _ = unit switch
            {
                '"' => output.Append("\\\""),
                '\\' => output.Append(@"\\"),
                '\n' => output.Append(@"\n"),
                '\r' => output.Append(@"\r"),
                '\t' => output.Append(@"\t"),
                '\b' => output.Append(@"\b"),
                '\f' => output.Append(@"\f"),
                < ' ' => output.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"),
                > '~' when ensureAscii => output.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"),
                _ => output.Append(unit),
            };
        }
        output.Append('"');
    }
}
