using System.Text;
using System.Text.Json;
using Swift.Contracts.Chat;

namespace Swift.Data.Datasets;

/// <summary>Turns of a conversation, from the shapes that are common: role/content, from/value, human/assistant pairs.</summary>
internal static class MessageParser
{
    /// <exception cref="RowInvalidException"><c>bad_messages</c>, <c>unknown_role</c>, <c>unsupported_content</c>, <c>bad_loss_scale</c>, <c>bad_tool_calls</c>.</exception>
    public static void Parse(JsonElement turns, List<ChatMessage> messages)
    {
        if (turns.ValueKind != JsonValueKind.Array)
            throw new RowInvalidException("bad_messages");
        foreach (var turn in turns.EnumerateArray())
        {
            if (turn.ValueKind != JsonValueKind.Object)
                throw new RowInvalidException("bad_messages");
            if (turn.TryGetProperty("role", out var role))
                Add(turn, role, "content", messages);
            else if (turn.TryGetProperty("from", out var from))
                Add(turn, from, "value", messages);
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

    private static void Add(JsonElement turn, JsonElement role, string contentName, List<ChatMessage> messages)
    {
        if (role.ValueKind != JsonValueKind.String)
            throw new RowInvalidException("bad_messages");
        var name = role.GetString()!;
        var calls = turn.TryGetProperty("tool_calls", out var given) && given.ValueKind != JsonValueKind.Null ? ToolCallParser.Calls(given) : null;
        var hasContent = turn.TryGetProperty(contentName, out var content) && (calls is null || content.ValueKind != JsonValueKind.Null);
        if (!hasContent && calls is null)
            throw new RowInvalidException("bad_messages");
        if (name is not ("tool_call" or "function_call"))
        {
            messages.Add(new ChatMessage(Role(name), hasContent ? Text(content) : "", LossScale(turn)) { ToolCalls = calls });
            return;
        }

        // A call is part of the turn in which the assistant says something first, or a turn of its own.
        var called = ToolCallParser.CallsOfText(Text(content));
        if (messages is [.., { Role: "assistant" } said])
            messages[^1] = said with { ToolCalls = ToolCallParser.Join(said.ToolCalls, called), LossScale = LossScale(turn) ?? said.LossScale };
        else
            messages.Add(new ChatMessage("assistant", "", LossScale(turn)) { ToolCalls = called });
    }

    private static string Role(string name) => name switch
    {
        "system" => "system",
        "user" or "human" => "user",
        "assistant" or "gpt" or "bot" => "assistant",
        "tool" or "tool_response" or "observation" or "function" => "tool",
        _ => throw new RowInvalidException("unknown_role"),
    };

    /// <summary>ms-swift's <c>loss</c> says whether a turn counts, its <c>loss_scale</c> how much.</summary>
    private static double? LossScale(JsonElement turn)
    {
        if (turn.TryGetProperty("loss", out var flag) && flag.ValueKind is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null))
            throw new RowInvalidException("bad_messages");
        double? loss = flag.ValueKind switch
        {
            JsonValueKind.True => 1,
            JsonValueKind.False => 0,
            _ => null,
        };
        if (!turn.TryGetProperty("loss_scale", out var scale) || scale.ValueKind == JsonValueKind.Null)
            return loss;
        if (scale.ValueKind != JsonValueKind.Number || !scale.TryGetDouble(out var weight) || !(weight is >= 0 and <= 1e6))
            throw new RowInvalidException("bad_loss_scale");
        return weight * (loss ?? 1);
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
