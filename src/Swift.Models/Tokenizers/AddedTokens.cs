using System.Buffers;
using System.Text;

namespace Swift.Models.Tokenizers;

/// <summary>A token that is found in the text before the model sees it.</summary>
/// <param name="SingleWord">Only where no word character stands beside it.</param>
/// <param name="LStrip">Takes the white space before it.</param>
/// <param name="RStrip">Takes the white space after it.</param>
/// <param name="Normalized">Is searched in the normalised text.</param>
internal sealed record AddedToken(int Id, string Content, bool SingleWord, bool LStrip, bool RStrip, bool Normalized, bool Special);

/// <summary>Finds added tokens: leftmost first, of several at one place the longest.</summary>
internal sealed class AddedTokenMatcher
{
    private sealed class Node
    {
        public Dictionary<char, Node>? Next;
        public AddedToken? Token;
    }

    private readonly Node root = new();
    private readonly SearchValues<char> firstUnits;

    /// <param name="tokens">Contents as they are searched, with their tokens; the first of equals counts.</param>
    public AddedTokenMatcher(IEnumerable<(string Content, AddedToken Token)> tokens)
    {
        foreach (var (content, token) in tokens)
        {
            if (content.Length == 0) continue;
            var node = root;
            foreach (var unit in content)
            {
                node.Next ??= [];
                if (!node.Next.TryGetValue(unit, out var next)) node.Next.Add(unit, next = new Node());
                node = next;
            }
            node.Token ??= token;
        }
        firstUnits = SearchValues.Create([.. root.Next?.Keys ?? Enumerable.Empty<char>()]);
    }

    public bool IsEmpty => root.Next is null;

    /// <summary>The next token at or after <paramref name="from"/>, with the white space it takes.</summary>
    public bool TryFind(string text, int from, bool withSpecial, out AddedToken token, out int start, out int end)
    {
        for (var i = from; i < text.Length; i++)
        {
            var offset = text.AsSpan(i).IndexOfAny(firstUnits);
            if (offset < 0) break;
            i += offset;
            var (found, length) = LongestAt(text, i, withSpecial);
            if (found is null) continue;
            (token, start, end) = (found, i, i + length);
            if (token.SingleWord && (IsWordBefore(text, start) || IsWordAt(text, end)))
            {
                i = end - 1;
                continue;
            }
            if (token.LStrip)
            {
                while (start > from && char.IsWhiteSpace(text[start - 1])) start--;
            }
            if (token.RStrip)
            {
                while (end < text.Length && char.IsWhiteSpace(text[end])) end++;
            }
            return true;
        }
        (token, start, end) = (null!, 0, 0);
        return false;
    }

    private (AddedToken? Token, int Length) LongestAt(string text, int at, bool withSpecial)
    {
        (AddedToken?, int) best = (null, 0);
        var node = root;
        for (var i = at; i < text.Length && node.Next is not null && node.Next.TryGetValue(text[i], out node); i++)
        {
            if (node.Token is { } token && (withSpecial || !token.Special)) best = (token, i + 1 - at);
        }
        return best;
    }

    private static bool IsWordBefore(string text, int at) =>
        at > 0 && Rune.DecodeLastFromUtf16(text.AsSpan(0, at), out var rune, out _) == OperationStatus.Done && IsWord(rune);

    private static bool IsWordAt(string text, int at) =>
        at < text.Length && Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out _) == OperationStatus.Done && IsWord(rune);

    private static bool IsWord(Rune rune) => Rune.IsLetterOrDigit(rune) || rune.Value == '_' || Rune.GetUnicodeCategory(rune)
        is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark
        or System.Globalization.UnicodeCategory.EnclosingMark or System.Globalization.UnicodeCategory.ConnectorPunctuation;
}
