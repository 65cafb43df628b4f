using Swift.Contracts.Chat;
using Swift.Contracts.Experiments;
using Swift.Models.ChatTemplates.Jinja;

namespace Swift.Models.ChatTemplates;

/// <summary>
/// Finds the turns of a conversation in its rendered text: those of the assistant, and those whose loss is set by hand.
/// A template with <c>{% generation %}</c> says itself where the assistant writes. Of any other, beginnings of the
/// conversation are rendered: a turn is what the text has beyond the text before the turn. Where a template writes earlier turns
/// otherwise than the last (it drops their thoughts), a turn is what changes with its content.
/// </summary>
/// <param name="render">Renders messages, with or without the prompt for an answer.</param>
/// <param name="endTokens">Tokens that end a turn.</param>
internal sealed class TurnLocator(
    Func<IReadOnlyList<ChatMessage>, bool, Rendering> render, IReadOnlyList<ChatMessage> messages, IReadOnlyList<string> endTokens)
{
    /// <summary>The whole text and, in order, where turns lie in it.</summary>
    public (string Text, IReadOnlyList<(int Index, int Start, int End)> Turns) Locate()
    {
        var whole = render(messages, false);
        var text = whole.Text;
        var assistants = Enumerable.Range(0, messages.Count).Where(i => messages[i].Role == "assistant").ToList();
        var marked = whole.Generated.Count > 0 && whole.Generated.Count == assistants.Count
            ? assistants.Zip(whole.Generated).ToDictionary(pair => pair.First, pair => pair.Second)
            : [];
        var turns = new List<(int, int, int)>();
        var position = 0;
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].Role != "assistant" && messages[i].LossScale is null) continue;
            var (start, end) = marked.TryGetValue(i, out var range) ? range : Find(i, text);
            if (start < position || end < start)
            {
                throw SwiftException.BadInput("template_turns_unclear",
                    $"The chat template does not show where turn {i + 1} ({messages[i].Role}) lies in the text; mark it with {{% generation %}} in the template, or use loss_scale all without loss on single turns.");
            }
            turns.Add((i, start, end));
            position = end;
        }
        return (text, turns);
    }

    private (int Start, int End) Find(int index, string text)
    {
        var start = RenderedStart(index);
        var end = RenderedEnd(index);
        var byContent = start is null || end is null ? FindByContent(index, text) : default;
        var from = start ?? byContent.Start;
        var to = end ?? byContent.End;
        return (from, EndOfTurn(text, from, to));

        int? RenderedStart(int i) => TryRender(i, prompt: messages[i].Role == "assistant") is { } before && text.StartsWith(before, StringComparison.Ordinal) ? before.Length : null;

        int? RenderedEnd(int i) => i + 1 == messages.Count ? text.Length
            : TryRender(i + 1, prompt: false) is { } upTo && text.StartsWith(upTo, StringComparison.Ordinal) ? upTo.Length : null;
    }

    /// <summary>The text of the first messages; null where the template refuses such a beginning (a system message alone).</summary>
    private string? TryRender(int count, bool prompt)
    {
        try
        {
            return render([.. messages.Take(count)], prompt).Text;
        }
        catch (SwiftException)
        {
            return null;
        }
    }

    /// <summary>What changes when the content does. The content's two replacements share neither first nor last character.</summary>
    private (int Start, int End) FindByContent(int index, string text)
    {
        var one = With(index, "\u2460x\u2461");
        var other = With(index, "\u2462y\u2463");
        var prefix = one.AsSpan().CommonPrefixLength(other);
        var suffix = 0;
        while (suffix < Math.Min(one.Length, other.Length) - prefix && one[^(suffix + 1)] == other[^(suffix + 1)]) suffix++;
        return prefix + suffix <= text.Length && text.AsSpan().StartsWith(one.AsSpan(0, prefix)) && text.AsSpan().EndsWith(one.AsSpan(one.Length - suffix))
            ? (prefix, text.Length - suffix)
            : (-1, -1);
    }

    private string With(int index, string content)
    {
        var changed = messages.ToList();
        changed[index] = changed[index] with { Content = content };
        return render(changed, false).Text;
    }

    /// <summary>A turn ends with its end token: what follows it within the turn (a newline) is not part of it, and a token right after the content is.</summary>
    private int EndOfTurn(string text, int start, int end)
    {
        if (start < 0) return end;
        var last = -1;
        foreach (var token in endTokens)
        {
            var at = end > start ? text.LastIndexOf(token, end - 1, end - start, StringComparison.Ordinal) : -1;
            if (at >= 0 && text.AsSpan(at + token.Length, end - at - token.Length).IsWhiteSpace()) last = Math.Max(last, at + token.Length);
        }
        if (last >= 0) return last;
        var next = end;
        while (next < text.Length && char.IsWhiteSpace(text[next])) next++;
        foreach (var token in endTokens)
        {
            if (text.AsSpan(next).StartsWith(token)) return next + token.Length;
        }
        return end;
    }
}
