using System.Text.Json;
using System.Text.Json.Nodes;

namespace Swift.Api.Pipelines.Reading;

/// <summary>JSON text → tree, with what RFC 8259 leaves open refused: keys written twice, depth, size, text that PostgreSQL cannot store.</summary>
internal static class JsonDocumentReader
{
    // Deeper than what is allowed, so that our own check can name the path.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = SpecificationLimits.Depth * 4 };

    public static JsonNode? Read(string text, SpecificationErrors errors)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Options);
            return Read(document.RootElement, errors);
        }
        catch (JsonException broken)
        {
            var what = broken.Message.Split(" LineNumber:")[0].Split(" Path:")[0];
            errors.Add(SpecificationErrors.Root, $"Not valid JSON at line {broken.LineNumber + 1}, column {broken.BytePositionInLine + 1}: {what}");
            return null;
        }
    }

    public static JsonNode? Read(JsonElement element, SpecificationErrors errors)
    {
        var nodes = 0;
        return Convert(element, SpecificationErrors.Root, 0, ref nodes, errors);
    }

    private static JsonNode? Convert(JsonElement element, string path, int depth, ref int nodes, SpecificationErrors errors)
    {
        if (depth > SpecificationLimits.Depth)
        {
            errors.Add(path, $"Nested deeper than {SpecificationLimits.Depth} levels.");
            return null;
        }
        if (++nodes > SpecificationLimits.Nodes)
        {
            errors.Add(SpecificationErrors.Root, $"Too large: more than {SpecificationLimits.Nodes} values.");
            return null;
        }
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var map = new JsonObject();
                foreach (var property in element.EnumerateObject())
                {
                    var name = Text(() => property.Name, path, errors) ?? "";
                    var at = SpecificationPath.Field(path, name);
                    var value = Convert(property.Value, at, depth + 1, ref nodes, errors);
                    if (!map.TryAdd(name, value)) errors.Add(at, "Written twice; keep one.");
                }
                return map;
            case JsonValueKind.Array:
                var list = new JsonArray();
                foreach (var item in element.EnumerateArray())
                    list.Add(Convert(item, SpecificationPath.Item(path, list.Count), depth + 1, ref nodes, errors));
                return list;
            case JsonValueKind.String:
                return JsonValue.Create(Text(element.GetString, path, errors));
            case JsonValueKind.Null or JsonValueKind.Undefined:
                return null;
            default:
                return JsonValue.Create(element.Clone());
        }
    }

    private static string? Text(Func<string?> read, string path, SpecificationErrors errors)
    {
        try
        {
            var text = read();
            if (text is null || !text.Contains('\0')) return text;
            errors.Add(path, "Contains the character U+0000, which cannot be stored; remove it.");
        }
        catch (InvalidOperationException)
        {
            errors.Add(path, "Contains half of a surrogate pair, which is no character; remove it.");
        }
        return null;
    }
}
