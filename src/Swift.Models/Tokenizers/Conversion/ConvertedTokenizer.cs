using System.Text.Encodings.Web;
using System.Text.Json;

namespace Swift.Models.Tokenizers.Conversion;

/// <summary>A token that is found in a text before the model sees it.</summary>
/// <param name="Normalized">Is searched in the normalised text.</param>
internal readonly record struct ConvertedToken(int Id, string Content, bool Special, bool Normalized);

/// <summary>The frame of a <c>tokenizer.json</c> that is made from another format.</summary>
internal static class ConvertedTokenizer
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The bytes of a file with these added tokens and the stages that <paramref name="stages"/> writes into the root.</summary>
    public static byte[] Write(IEnumerable<ConvertedToken> addedTokens, Action<Utf8JsonWriter> stages)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            json.WriteString("version", "1.0");
            json.WriteNull("truncation");
            json.WriteNull("padding");
            json.WriteStartArray("added_tokens");
            foreach (var (id, content, special, normalized) in addedTokens)
            {
                json.WriteStartObject();
                json.WriteNumber("id", id);
                json.WriteString("content", content);
                foreach (var flag in (ReadOnlySpan<string>)["single_word", "lstrip", "rstrip"])
                    json.WriteBoolean(flag, false);
                json.WriteBoolean("normalized", normalized);
                json.WriteBoolean("special", special);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            stages(json);
            json.WriteEndObject();
        }
        stream.Write("\n"u8);
        return stream.ToArray();
    }

    /// <summary>An object with a type and what else belongs to it.</summary>
    public static void WriteStep(this Utf8JsonWriter json, string type, Action<Utf8JsonWriter>? fields = null)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        fields?.Invoke(json);
        json.WriteEndObject();
    }

    /// <summary>A stage that is a sequence of steps; null where there are none.</summary>
    public static void WriteStage(this Utf8JsonWriter json, string name, string listName, IReadOnlyList<Action<Utf8JsonWriter>> steps)
    {
        json.WritePropertyName(name);
        switch (steps)
        {
            case []:
                json.WriteNullValue();
                break;
            case [var only]:
                only(json);
                break;
            default:
                json.WriteStep("Sequence", sequence =>
                {
                    sequence.WriteStartArray(listName);
                    foreach (var step in steps) step(sequence);
                    sequence.WriteEndArray();
                });
                break;
        }
    }

    /// <summary>A <c>Replace</c> step of a plain text.</summary>
    public static void WriteReplace(this Utf8JsonWriter json, string patternKind, string pattern, string content) => json.WriteStep("Replace", fields =>
    {
        fields.WriteStartObject("pattern");
        fields.WriteString(patternKind, pattern);
        fields.WriteEndObject();
        fields.WriteString("content", content);
    });
}
