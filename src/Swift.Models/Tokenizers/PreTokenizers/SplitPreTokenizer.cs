namespace Swift.Models.Tokenizers.PreTokenizers;

/// <summary>What becomes of the separator that a pattern finds.</summary>
internal enum SplitBehavior
{
    Removed,
    Isolated,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}

/// <summary>Cuts at the matches of a pattern.</summary>
/// <param name="find">Adds the matches in (text, start, length), in order.</param>
/// <param name="invert">What lies between the matches is the separator.</param>
internal sealed class SplitPreTokenizer(
    Action<string, int, int, List<(int Start, int Length)>> find, SplitBehavior behavior, bool invert = false) : PreTokenizer
{
    [ThreadStatic] private static List<(int Start, int Length)>? reusedMatches;

    public static SplitPreTokenizer ByRegex(string pattern, SplitBehavior behavior = SplitBehavior.Isolated, bool invert = false) =>
        new(WordScanner.Of(pattern) is { } scanner ? scanner.Match : new CodePointRegex(pattern).Match, behavior, invert);

    public static SplitPreTokenizer ByText(string separator, SplitBehavior behavior, bool invert = false) =>
        new((text, start, length, matches) => FindText(separator, text, start, length, matches), behavior, invert);

    /// <summary>Every character for which the predicate holds is a separator of its own.</summary>
    public static SplitPreTokenizer ByCharacter(Func<System.Text.Rune, bool> predicate, SplitBehavior behavior) =>
        new((text, start, length, matches) => FindCharacters(predicate, text, start, length, matches), behavior);

    public override void Split(Piece piece, bool atStart, List<Piece> output)
    {
        var matches = reusedMatches ??= [];
        matches.Clear();
        find(piece.Text, piece.Start, piece.Length, matches);
        if (behavior == SplitBehavior.Isolated)
        {
            Isolate(piece, matches, output);
            return;
        }
        var parts = Parts(piece, matches);
        switch (behavior)
        {
            case SplitBehavior.Removed:
                foreach (var (start, length, separator) in parts)
                {
                    if (!separator) output.Add(new Piece(piece.Text, start, length));
                }
                break;
            case SplitBehavior.Contiguous:
                Merge(piece.Text, parts, (previous, next) => previous == next, output);
                break;
            case SplitBehavior.MergedWithPrevious:
                Merge(piece.Text, parts, (previous, next) => next && !previous, output);
                break;
            default:
                MergeWithNext(piece.Text, parts, output);
                break;
        }
    }

    private static void Isolate(Piece piece, List<(int Start, int Length)> matches, List<Piece> output)
    {
        var position = piece.Start;
        foreach (var (start, length) in matches)
        {
            if (start > position) output.Add(new Piece(piece.Text, position, start - position));
            output.Add(new Piece(piece.Text, start, length));
            position = start + length;
        }
        var end = piece.Start + piece.Length;
        if (end > position) output.Add(new Piece(piece.Text, position, end - position));
    }

    private List<(int Start, int Length, bool Separator)> Parts(Piece piece, List<(int Start, int Length)> matches)
    {
        var parts = new List<(int Start, int Length, bool Separator)>(matches.Count * 2 + 1);
        var position = piece.Start;
        foreach (var (start, length) in matches)
        {
            if (start > position) parts.Add((position, start - position, invert));
            parts.Add((start, length, !invert));
            position = start + length;
        }
        var end = piece.Start + piece.Length;
        if (end > position) parts.Add((position, end - position, invert));
        return parts;
    }

    /// <summary>Joins a part to the one before it where <paramref name="joins"/>(previous is separator, this is separator).</summary>
    private static void Merge(string text, List<(int Start, int Length, bool Separator)> parts, Func<bool, bool, bool> joins, List<Piece> output)
    {
        var previous = false;
        for (var i = 0; i < parts.Count; i++)
        {
            var (start, length, separator) = parts[i];
            if (i > 0 && joins(previous, separator))
            {
                output[^1] = new Piece(text, output[^1].Start, output[^1].Length + length);
            }
            else
            {
                output.Add(new Piece(text, start, length));
            }
            previous = separator;
        }
    }

    private static void MergeWithNext(string text, List<(int Start, int Length, bool Separator)> parts, List<Piece> output)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            var (start, length, separator) = parts[i];
            if (separator && i + 1 < parts.Count && !parts[i + 1].Separator)
            {
                length += parts[++i].Length;
            }
            output.Add(new Piece(text, start, length));
        }
    }

    private static void FindText(string separator, string text, int start, int length, List<(int Start, int Length)> matches)
    {
        if (separator.Length == 0) return;
        var end = start + length;
        for (var i = start; i < end;)
        {
            var found = text.AsSpan(i, end - i).IndexOf(separator, StringComparison.Ordinal);
            if (found < 0) return;
            matches.Add((i + found, separator.Length));
            i += found + separator.Length;
        }
    }

    private static void FindCharacters(Func<System.Text.Rune, bool> predicate, string text, int start, int length, List<(int Start, int Length)> matches)
    {
        for (var i = start; i < start + length;)
        {
            System.Text.Rune.DecodeFromUtf16(text.AsSpan(i, start + length - i), out var rune, out var consumed);
            if (predicate(rune)) matches.Add((i, consumed));
            i += consumed;
        }
    }
}
