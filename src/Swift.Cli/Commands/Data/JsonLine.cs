using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Swift.Contracts.Experiments;

namespace Swift.Cli.Commands.Data;

/// <summary>Strings and ids as single lines of JSON. A string may hold half of a surrogate pair, which .NET's own reader refuses.</summary>
internal static class JsonLine
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="SwiftException">The line is no JSON string; <paramref name="place"/> names it.</exception>
    public static string ReadString(string line, string place)
    {
        using var document = Parse(line, place, "a JSON string, such as \"text\"", JsonValueKind.String);
        return Unescape(document.RootElement.GetRawText().AsSpan()[1..^1]);
    }

    /// <exception cref="SwiftException">The line is no JSON array of ids of the vocabulary; <paramref name="place"/> names it.</exception>
    public static int[] ReadIds(string line, string place, int vocabularySize)
    {
        const string wanted = "a JSON array of token ids, such as [1, 2]";
        using var document = Parse(line, place, wanted, JsonValueKind.Array);
        var ids = new int[document.RootElement.GetArrayLength()];
        var count = 0;
        foreach (var item in document.RootElement.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out var id) || id < 0)
                throw Bad(place, wanted, $"{item.GetRawText()} is no id");
            if (id >= vocabularySize)
                throw Bad(place, wanted, $"{id} is outside the vocabulary of {vocabularySize} tokens");
            ids[count++] = id;
        }
        return ids;
    }

    public static string Write(string text) => JsonSerializer.Serialize(text, Readable);

    public static string Write(ReadOnlySpan<int> ids)
    {
        var json = new StringBuilder(ids.Length * 6 + 2).Append('[');
        for (var i = 0; i < ids.Length; i++)
            json.Append(i == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{ids[i]}");
        return json.Append(']').ToString();
    }

    private static JsonDocument Parse(string line, string place, string wanted, JsonValueKind kind)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(line);
        }
        catch (JsonException broken)
        {
            throw Bad(place, wanted, line.Length == 0 ? "the line is empty" : broken.Message);
        }
        if (document.RootElement.ValueKind == kind) return document;
        var found = document.RootElement.ValueKind;
        document.Dispose();
        throw Bad(place, wanted, $"it is of the kind {found}");
    }

    private static string Unescape(ReadOnlySpan<char> json)
    {
        var text = new StringBuilder(json.Length);
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] != '\\')
            {
                text.Append(json[i]);
                continue;
            }
            i++;
            if (json[i] == 'u')
            {
                text.Append((char)ushort.Parse(json.Slice(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 4;
                continue;
            }
            text.Append(json[i] switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', var same => same });
        }
        return text.ToString();
    }

    private static SwiftException Bad(string place, string wanted, string problem) =>
        SwiftException.BadInput("line_invalid", $"{place}: must be {wanted}: {problem}");
}
