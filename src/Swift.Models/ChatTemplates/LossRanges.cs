using Swift.Contracts.Chat;
using Swift.Contracts.Experiments;

namespace Swift.Models.ChatTemplates;

/// <summary>Cuts a rendered conversation into parts that are learned and parts that are not.</summary>
internal static class LossRanges
{
    /// <summary>The whole text and its parts, in order and without gaps. Every turn of the assistant starts a part, so that the ids do not depend on the loss scale.</summary>
    public static (string Text, IReadOnlyList<(int Start, int End, bool Learned)> Ranges) Find(
        TurnLocator turns, IReadOnlyList<ChatMessage> messages, string lossScale)
    {
        if (lossScale is not ("default" or "last_round" or "all"))
        {
            throw SwiftException.BadInput("loss_scale_unknown", $"loss_scale is \"{lossScale}\"; use default, last_round or all.");
        }
        var (text, found) = turns.Locate();
        var all = lossScale == "all";
        var lastUser = LastIndex(messages, "user");
        var ranges = new List<(int Start, int End, bool Learned)>();
        var position = 0;
        foreach (var (index, start, end) in found)
        {
            var learned = messages[index].Loss ?? (all || (messages[index].Role == "assistant" && (lossScale == "default" || index > lastUser)));
            if (start > position) ranges.Add((position, start, all));
            if (end > start) ranges.Add((start, end, learned));
            position = end;
        }
        if (position < text.Length) ranges.Add((position, text.Length, all));
        return (text, ranges);
    }

    private static int LastIndex(IReadOnlyList<ChatMessage> messages, string role)
    {
        for (var i = messages.Count - 1; i >= 0; i--)
        {
            if (messages[i].Role == role) return i;
        }
        return -1;
    }
}
