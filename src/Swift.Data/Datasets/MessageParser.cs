using System.Text;
using System.Text.Json;
using Swift.Contracts.Chat;

namespace Swift.Data.Datasets;

/// <summary>Turns of a conversation, from the shapes that are common: role/content, from/value, human/assistant pairs.</summary>
internal static class MessageParser
{
    /// <exception cref="RowInvalidException"><c>bad_messages</c>, <c>unknown_role</c>, <c>unsupported_content</c>, <c>unsupported_loss_scale</c>.</exception>
    public static void Parse(JsonElement turns, List<ChatMessage> messages)
    {
        if (turns.ValueKind != JsonValueKind.Array)
            throw new RowInvalidException("bad_messages");
        foreach (var turn in turns.EnumerateArray())
        {
            if (turn.ValueKind != JsonValueKind.Object)
                throw new RowInvalidException("bad_messages");
            if (turn.TryGetProperty("role", out var role))
                messages.Add(Message(turn, role, "content"));
            else if (turn.TryGetProperty("from", out var from))
                messages.Add(Message(turn, from, "value"));
            else
                AddPair(turn, messages);
        }
    }

    /// <summary>The text of a cell: a string, or OpenAI's list of text blocks.</summary>
    public static string Text(JsonElement content)
    {
        switch (content.ValueKind)
        {
            case JsonValueKind.String:
                return content.GetString()!;
            case JsonValueKind.Number:
                return content.GetRawText();
            case JsonValueKind.Array:
                var text = new StringBuilder();
                foreach (var block in content.EnumerateArray())
                {
                    if (block.ValueKind != JsonValueKind.Object ||
                        !block.TryGetProperty("type", out var type) || !type.ValueEquals("text"u8) ||
                        !block.TryGetProperty("text", out var part) || part.ValueKind != JsonValueKind.String)
                        throw new RowInvalidException("unsupported_content");
                    text.Append(part.GetString());
                }

                return text.ToString();
            default:
                throw new RowInvalidException("unsupported_content");
        }
    }

    private static ChatMessage Message(JsonElement turn, JsonElement role, string contentName)
    {
        if (role.ValueKind != JsonValueKind.String || !turn.TryGetProperty(contentName, out var content))
            throw new RowInvalidException("bad_messages");
        return new ChatMessage(Role(role.GetString()!), Text(content), Loss(turn));
    }

    private static string Role(string name) => name switch
    {
        "system" => "system",
        "user" or "human" => "user",
        "assistant" or "gpt" or "bot" => "assistant",
        "tool" or "tool_response" or "observation" => "tool",
        _ => throw new RowInvalidException("unknown_role"),
    };

    private static bool? Loss(JsonElement turn)
    {
        bool? loss = null;
        if (turn.TryGetProperty("loss", out var flag))
        {
            loss = flag.ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                JsonValueKind.Null => null,
                _ => throw new RowInvalidException("bad_messages"),
            };
        }

        if (turn.TryGetProperty("loss_scale", out var scale) && scale.ValueKind != JsonValueKind.Null)
        {
            // A turn counts or it does not; a weight between would be ignored silently.
            if (scale.ValueKind != JsonValueKind.Number || scale.GetDouble() is not (0 or 1))
                throw new RowInvalidException("unsupported_loss_scale");
            loss = scale.GetDouble() == 1;
        }

        return loss;
    }

    private static void AddPair(JsonElement turn, List<ChatMessage> messages)
    {
        var human = turn.TryGetProperty("human", out var h) || turn.TryGetProperty("user", out h);
        if (human)
            messages.Add(new ChatMessage("user", Text(h)));
        if (turn.TryGetProperty("assistant", out var a) || turn.TryGetProperty("gpt", out a))
            messages.Add(new ChatMessage("assistant", Text(a)));
        else if (!human)
            throw new RowInvalidException("bad_messages");
    }
}
