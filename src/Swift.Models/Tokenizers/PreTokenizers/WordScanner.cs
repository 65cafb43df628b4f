using System.Buffers;
using System.Globalization;
using System.Text;

namespace Swift.Models.Tokenizers.PreTokenizers;

/// <summary>
/// Cuts text as the patterns of Qwen2 and Llama 3 do (<see cref="WordPatterns"/>), which differ in how many digits stay together.
/// The regular expression says the same; written out, one pass decides by the category of each character.
/// </summary>
/// <param name="mostDigits">Digits that stay together.</param>
internal sealed class WordScanner(int mostDigits)
{
    private enum Kind : byte
    {
        Other,
        Letter,
        Number,
        Space,
        NewLine,
    }

    private static readonly Kind[] Kinds = [.. Enumerable.Range(0, 0x10000).Select(unit => KindOf((char)unit, char.GetUnicodeCategory((char)unit)))];

    /// <summary>The scanner that cuts as a pattern does; null where there is none.</summary>
    public static WordScanner? Of(string pattern) => pattern switch
    {
        WordPatterns.Qwen2 => new WordScanner(1),
        WordPatterns.Llama3 => new WordScanner(3),
        _ => null,
    };

    /// <summary>Adds the words of a part of the text, in order, as ranges of the text; nothing lies between them.</summary>
    public void Match(string text, int start, int length, List<(int Start, int Length)> matches)
    {
        var span = text.AsSpan(start, length);
        for (var i = 0; i < span.Length;)
        {
            var end = WordEnd(span, i);
            matches.Add((start + i, end - i));
            i = end;
        }
    }

    private int WordEnd(ReadOnlySpan<char> text, int i)
    {
        if (text[i] == '\'' && Contraction(text[(i + 1)..]) is var contraction and > 0) return i + 1 + contraction;
        var kind = At(text, i, out var width);
        var next = i + width;
        if (kind == Kind.Letter) return Run(text, next, Kind.Letter);
        if (kind == Kind.Number) return Digits(text, next);
        // One character that is no letter, digit or newline goes with the letters after it.
        var follower = next < text.Length ? At(text, next, out _) : Kind.NewLine;
        if (kind != Kind.NewLine && follower == Kind.Letter) return Run(text, next, Kind.Letter);
        if (kind == Kind.Other || (text[i] == ' ' && follower == Kind.Other)) return NewLines(text, Run(text, next, Kind.Other));
        return SpacesEnd(text, i);
    }

    /// <summary>White space up to its last newline; without one, all of it at the end of the text, else all but the last character.</summary>
    private static int SpacesEnd(ReadOnlySpan<char> text, int i)
    {
        var (end, afterNewLine) = (i, -1);
        for (; end < text.Length && Kinds[text[end]] is Kind.Space or Kind.NewLine; end++)
        {
            if (Kinds[text[end]] == Kind.NewLine) afterNewLine = end + 1;
        }
        return afterNewLine > 0 ? afterNewLine : end == text.Length || end - i == 1 ? end : end - 1;
    }

    private int Digits(ReadOnlySpan<char> text, int i)
    {
        for (var count = 1; count < mostDigits && i < text.Length && At(text, i, out var width) == Kind.Number; count++) i += width;
        return i;
    }

    private static int NewLines(ReadOnlySpan<char> text, int i)
    {
        while (i < text.Length && Kinds[text[i]] == Kind.NewLine) i++;
        return i;
    }

    private static int Run(ReadOnlySpan<char> text, int i, Kind wanted)
    {
        while (i < text.Length && At(text, i, out var width) == wanted) i += width;
        return i;
    }

    /// <summary>The length of what follows an apostrophe in 's, 't, 're, 've, 'm, 'll, 'd in either case; the long s is an s.</summary>
    private static int Contraction(ReadOnlySpan<char> rest) => rest switch
    {
        ['s' or 'S' or '\u017F' or 't' or 'T' or 'm' or 'M' or 'd' or 'D', ..] => 1,
        ['r' or 'R' or 'v' or 'V', 'e' or 'E', ..] or ['l' or 'L', 'l' or 'L', ..] => 2,
        _ => 0,
    };

    private static Kind At(ReadOnlySpan<char> text, int i, out int width)
    {
        width = 1;
        if (!char.IsSurrogate(text[i])) return Kinds[text[i]];
        // A surrogate without a partner belongs to no category.
        return Rune.DecodeFromUtf16(text[i..], out var rune, out width) == OperationStatus.Done ? KindOf('\0', Rune.GetUnicodeCategory(rune)) : Kind.Other;
    }

    private static Kind KindOf(char unit, UnicodeCategory category) => unit switch
    {
        '\r' or '\n' => Kind.NewLine,
        _ when char.IsWhiteSpace(unit) => Kind.Space,
        _ => category switch
        {
            <= UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
            _ => Kind.Other,
        },
    };
}
