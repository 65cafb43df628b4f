using System.Text.Json;
using Swift.Contracts.Chat;

namespace Swift.Data.Datasets;

/// <summary>
/// The two answers of a preference pair: ms-swift's <c>rejected_response</c> and <c>rejected_messages</c> beside a conversation, and the pair
/// <c>chosen</c> and <c>rejected</c>, each a conversation, an answer to the query, or a dialogue in the text form of hh-rlhf.
/// </summary>
internal static class PreferenceParser
{
    private const string Human = "\n\nHuman:";
    private const string Assistant = "\n\nAssistant:";

    /// <summary>Adds the turns of <c>chosen</c> behind <paramref name="messages"/>, which hold at most a query so far.</summary>
    /// <exception cref="RowInvalidException">Those of <see cref="MessageParser"/>.</exception>
    public static void AddAnswer(JsonElement answer, List<ChatMessage> messages)
    {
        if (answer.ValueKind == JsonValueKind.Array)
        {
            var turns = new List<ChatMessage>();
            MessageParser.Parse(answer, turns);
            AddWithoutRepeating(turns, messages);
        }
        else if (MessageParser.Text(answer) is var text && text.StartsWith(Human, StringComparison.Ordinal))
        {
            AddDialogue(text, messages);
        }
        else
        {
            messages.Add(new ChatMessage("assistant", text));
        }
    }

    /// <summary>The conversation with the answer that is not preferred.</summary>
    /// <param name="prompt">What both answers are to, as far as the row has it once.</param>
    /// <returns>Null when the row has none.</returns>
    public static IReadOnlyList<ChatMessage>? Rejected(IReadOnlyDictionary<string, JsonElement> cells, HashSet<string> used, IReadOnlyList<ChatMessage> prompt)
    {
        if (cells.TryGetValue("rejected_messages", out var whole))
        {
            used.Add("rejected_messages");
            var messages = new List<ChatMessage>(prompt.TakeWhile(message => message.Role == "system"));
            var turns = new List<ChatMessage>();
            MessageParser.Parse(whole, turns);
            if (turns.Any(turn => turn.Role == "system"))
                messages.Clear();
            messages.AddRange(turns);
            return messages;
        }

        foreach (var name in new[] { "rejected_response", "rejected" })
        {
            if (!cells.TryGetValue(name, out var answer))
                continue;
            used.Add(name);
            var messages = new List<ChatMessage>(
                answer.ValueKind == JsonValueKind.String && answer.GetString()!.StartsWith(Human, StringComparison.Ordinal)
                    ? prompt.TakeWhile(message => message.Role == "system") : prompt);
            AddAnswer(answer, messages);
            return messages;
        }

        return null;
    }

    /// <summary>Conversations repeat the prompt that stands before them, or do not.</summary>
    private static void AddWithoutRepeating(List<ChatMessage> turns, List<ChatMessage> messages)
    {
        if (turns.Any(turn => turn.Role != "assistant"))
            messages.RemoveAll(message => message.Role != "system" || turns.Any(turn => turn.Role == "system"));
        messages.AddRange(turns);
    }

    private static void AddDialogue(string text, List<ChatMessage> messages)
    {
        for (var at = 0; at < text.Length;)
        {
            var human = text.AsSpan(at).StartsWith(Human);
            var start = at + (human ? Human : Assistant).Length;
            var next = new[] { text.IndexOf(Human, start, StringComparison.Ordinal), text.IndexOf(Assistant, start, StringComparison.Ordinal) }
                .Where(place => place >= 0).DefaultIfEmpty(text.Length).Min();
            messages.Add(new ChatMessage(human ? "user" : "assistant", text[start..next].Trim()));
            at = next;
        }
    }
}
