using Swift.Contracts.Chat;

namespace Swift.Models.ChatTemplates;

/// <summary>A part of a rendered conversation whose tokens count alike.</summary>
/// <param name="Weight">In the loss; 0 = not learned.</param>
internal readonly record struct LossRange(int Start, int End, float Weight);

/// <summary>Cuts a rendered conversation into parts that are learned, more or less, and parts that are not.</summary>
internal static class LossRanges
{
    /// <summary>
    /// The whole text and its parts, in order and without gaps. Every turn of the assistant starts a part, so that the ids do not depend on which turns
    /// are learned; a modifier cuts turns where weights change, as ms-swift does.
    /// </summary>
    public static (string Text, IReadOnlyList<LossRange> Ranges) Find(TurnLocator turns, IReadOnlyList<ChatMessage> messages, LossScale scale)
    {
        var (text, found) = turns.Locate();
        var lastUser = LastIndex(messages, "user");
        var ranges = new List<LossRange>();
        var position = 0;
        foreach (var (index, start, end) in found)
        {
            if (start > position) Add(ranges, text, position, start, scale.All, scale);
            if (messages[index].LossScale is { } weight)
            {
                if (end > start) ranges.Add(new LossRange(start, end, (float)weight));
            }
            else if (end > start)
            {
                Add(ranges, text, start, end, scale.All || (messages[index].Role == "assistant" && scale.Learns(index > lastUser)), scale, Asked(messages, index));
            }
            position = end;
        }
        if (position < text.Length) Add(ranges, text, position, text.Length, scale.All, scale);
        return (text, ranges);
    }

    private static void Add(List<LossRange> ranges, string text, int start, int end, bool learned, LossScale scale, string? asked = null)
    {
        if (!learned || scale.Modifiers.Count == 0)
        {
            ranges.Add(new LossRange(start, end, learned ? 1 : 0));
            return;
        }
        var part = text[start..end];
        var weights = new float[part.Length];
        Array.Fill(weights, 1);
        foreach (var modifier in scale.Modifiers) modifier.Weigh(part, asked, weights);
        for (var at = 0; at < weights.Length;)
        {
            var length = weights.AsSpan(at).IndexOfAnyExcept(weights[at]) is var other and >= 0 ? other : weights.Length - at;
            ranges.Add(new LossRange(start + at, start + at + length, weights[at]));
            at += length;
        }
    }

    /// <summary>What a turn of the assistant answers: the last message before it that is not the assistant's.</summary>
    private static string? Asked(IReadOnlyList<ChatMessage> messages, int index) =>
        messages[index].Role == "assistant" ? messages.Take(index).LastOrDefault(message => message.Role is "user" or "tool")?.Content : null;

    private static int LastIndex(IReadOnlyList<ChatMessage> messages, string role)
    {
        for (var i = messages.Count - 1; i >= 0; i--)
        {
            if (messages[i].Role == role) return i;
        }
        return -1;
    }
}
