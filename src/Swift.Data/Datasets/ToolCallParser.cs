using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Swift.Data.Datasets;

/// <summary>Tools and calls of them, from the ways in which data sets write them, in the one way that chat templates expect.</summary>
internal static class ToolCallParser
{
    private const string BadCalls = "bad_tool_calls";
    private const string BadTools = "bad_tools";

    /// <summary>OpenAI's <c>tool_calls</c>: a list of calls.</summary>
    /// <exception cref="RowInvalidException"><c>bad_tool_calls</c>.</exception>
    public static string Calls(JsonElement calls)
    {
        if (calls.ValueKind != JsonValueKind.Array || calls.GetArrayLength() == 0)
            throw new RowInvalidException(BadCalls);
        return Checked(BadCalls, writer =>
        {
            writer.WriteStartArray();
            foreach (var call in calls.EnumerateArray())
                WriteCall(writer, call);
            writer.WriteEndArray();
        });
    }

    /// <summary>The content of a turn with ms-swift's role <c>tool_call</c>: <c>{"name": …, "arguments": {…}}</c> or a list of them.</summary>
    /// <exception cref="RowInvalidException"><c>bad_tool_calls</c>.</exception>
    public static string CallsOfText(string content)
    {
        using var document = Parse(content.AsSpan().TrimStart() is ['[', ..] ? content : $"[{content}]", BadCalls);
        return Calls(document.RootElement);
    }

    /// <summary>Puts calls behind others of the same turn.</summary>
    public static string Join(string? calls, string more) => calls is null ? more : $"{calls[..^1]},{more[1..]}";

    /// <summary>What a row tells its template beside the messages: columns <c>tools</c> (a list, or its text) and <c>chat_template_kwargs</c>.</summary>
    /// <returns>An object; null when the row has neither.</returns>
    /// <exception cref="RowInvalidException"><c>bad_tools</c>, <c>bad_template_kwargs</c>.</exception>
    public static JsonElement? TemplateVariables(JsonElement? tools, JsonElement? arguments)
    {
        using var toolText = tools is { ValueKind: JsonValueKind.String } text ? Parse(text.GetString() is { Length: > 0 } some ? some : "[]", BadTools) : null;
        var list = toolText?.RootElement ?? tools;
        if (list is { ValueKind: not JsonValueKind.Array })
            throw new RowInvalidException(BadTools);
        if (arguments is { ValueKind: not JsonValueKind.Object })
            throw new RowInvalidException("bad_template_kwargs");
        var hasTools = list is { } given && given.GetArrayLength() > 0;
        if (!hasTools && arguments is null)
            return null;
        using var document = Parse(Checked(BadTools, writer =>
        {
            writer.WriteStartObject();
            foreach (var argument in arguments?.EnumerateObject() ?? default)
            {
                writer.WritePropertyName(argument.Name);
                writer.WriteRawValue(argument.Value.GetRawText());
            }

            if (hasTools)
            {
                writer.WriteStartArray("tools");
                foreach (var tool in list!.Value.EnumerateArray())
                    WriteTool(writer, tool);
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }), BadTools);
        return document.RootElement.Clone();
    }

    /// <summary>A function without the wrapper of OpenAI's form gets one; a tool may be the text of its JSON, as column stores need it.</summary>
    private static void WriteTool(Utf8JsonWriter writer, JsonElement tool)
    {
        using var text = tool.ValueKind == JsonValueKind.String ? Parse(tool.GetString()!, BadTools) : null;
        var function = text?.RootElement ?? tool;
        if (function.ValueKind != JsonValueKind.Object)
            throw new RowInvalidException(BadTools);
        if (function.TryGetProperty("function", out _))
        {
            writer.WriteRawValue(function.GetRawText());
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("type", "function");
        writer.WritePropertyName("function");
        writer.WriteRawValue(function.GetRawText());
        writer.WriteEndObject();
    }

    private static void WriteCall(Utf8JsonWriter writer, JsonElement call)
    {
        if (call.ValueKind != JsonValueKind.Object)
            throw new RowInvalidException(BadCalls);
        var function = call.TryGetProperty("function", out var wrapped) && wrapped.ValueKind == JsonValueKind.Object ? wrapped : call;
        if (!function.TryGetProperty("name", out var name) || name.ValueKind != JsonValueKind.String)
            throw new RowInvalidException(BadCalls);
        writer.WriteStartObject();
        writer.WriteString("type", "function");
        writer.WriteStartObject("function");
        writer.WriteString("name", name.GetString());
        writer.WritePropertyName("arguments");
        WriteArguments(writer, function);
        writer.WriteEndObject();
        if (call.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String)
            writer.WriteString("id", id.GetString());
        writer.WriteEndObject();
    }

    /// <summary>Templates want an object; OpenAI writes its text.</summary>
    private static void WriteArguments(Utf8JsonWriter writer, JsonElement function)
    {
        if (!function.TryGetProperty("arguments", out var arguments) && !function.TryGetProperty("parameters", out arguments))
        {
            writer.WriteStartObject();
            writer.WriteEndObject();
            return;
        }

        using var text = arguments.ValueKind == JsonValueKind.String ? Parse(arguments.GetString()!, BadCalls) : null;
        var values = text?.RootElement ?? arguments;
        if (values.ValueKind != JsonValueKind.Object)
            throw new RowInvalidException(BadCalls);
        writer.WriteRawValue(values.GetRawText());
    }

    /// <summary>The text that was written, which others can parse: wrapping may have nested it too deeply.</summary>
    private static string Checked(string reason, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            write(writer);
        var text = Encoding.UTF8.GetString(buffer.WrittenSpan);
        Parse(text, reason).Dispose();
        return text;
    }

    private static JsonDocument Parse(string text, string reason)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            throw new RowInvalidException(reason);
        }
    }
}
