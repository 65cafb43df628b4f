using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Swift.Inference.OpenAi;

/// <summary>OpenAI's JSON dialect: <c>snake_case</c>, absent rather than null, unknown fields ignored.</summary>
internal static class OpenAiJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}

/// <summary>Reads a string, or an array of strings, as a list.</summary>
internal sealed class StringOrListConverter : JsonConverter<IReadOnlyList<string>>
{
    public override IReadOnlyList<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return [reader.GetString()!];
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("must be a string or an array of strings");
        var result = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            result.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException("must be a string or an array of strings"));
        return result;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.ToArray(), options);
}

/// <summary>Reads a message's content: null, a string, or an array of <c>{"type": "text", "text": …}</c> parts, joined.</summary>
internal sealed class TextContentConverter : JsonConverter<string>
{
    public override bool HandleNull => true;

    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return "";
            case JsonTokenType.String:
                return reader.GetString()!;
            case JsonTokenType.StartArray:
                using (var parts = JsonDocument.ParseValue(ref reader))
                    return string.Concat(parts.RootElement.EnumerateArray().Select(Text));
            default:
                throw new JsonException("must be a string or an array of content parts");
        }
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    private static string Text(JsonElement part) =>
        part.ValueKind == JsonValueKind.Object
        && part.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String && type.GetString() == "text"
        && part.TryGetProperty("text", out JsonElement text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()!
            : throw new JsonException("holds a part that is not text; this model reads text only");
}

/// <summary>Reads a completion's prompt: a string, token ids, or an array of either.</summary>
internal sealed class PromptConverter : JsonConverter<IReadOnlyList<Prompt>>
{
    private const string Expected = "must be a string, an array of strings, an array of token ids, or an array of arrays of token ids";

    public override IReadOnlyList<Prompt> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        JsonElement root = document.RootElement;
        if (root.ValueKind == JsonValueKind.String)
            return [new Prompt(root.GetString(), null)];
        if (root.ValueKind != JsonValueKind.Array || root.GetArrayLength() == 0)
            throw new JsonException(Expected);
        return root[0].ValueKind switch
        {
            JsonValueKind.Number => [new Prompt(null, TokenIds(root))],
            JsonValueKind.String => [.. root.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.String ? new Prompt(e.GetString(), null) : throw new JsonException(Expected))],
            JsonValueKind.Array => [.. root.EnumerateArray().Select(e => new Prompt(null, TokenIds(e)))],
            _ => throw new JsonException(Expected),
        };
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<Prompt> value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Prompts are only read.");

    private static int[] TokenIds(JsonElement array) => array.ValueKind == JsonValueKind.Array
        ? [.. array.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.Number && e.TryGetInt32(out int id) ? id : throw new JsonException(Expected))]
        : throw new JsonException(Expected);
}
