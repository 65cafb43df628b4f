using System.Text;
using Swift.Models.ChatTemplates.Jinja.Values;

namespace Swift.Models.ChatTemplates.Jinja.Library;

internal delegate object? StringMethod(Rendering rendering, string text, Arguments arguments);

/// <summary>Python's methods of strings.</summary>
internal static class StringMethods
{
    private static readonly Dictionary<string, StringMethod> Methods = new(StringComparer.Ordinal)
    {
        ["upper"] = (_, text, _) => text.ToUpperInvariant(),
        ["lower"] = (_, text, _) => text.ToLowerInvariant(),
        ["capitalize"] = (_, text, _) => Capitalize(text),
        ["title"] = (_, text, _) => Title(text),
        ["swapcase"] = (_, text, _) => string.Concat(text.Select(unit => char.IsUpper(unit) ? char.ToLowerInvariant(unit) : char.ToUpperInvariant(unit))),
        ["strip"] = (_, text, arguments) => Strip(text, arguments.Get(0, "chars"), start: true, end: true),
        ["lstrip"] = (_, text, arguments) => Strip(text, arguments.Get(0, "chars"), start: true, end: false),
        ["rstrip"] = (_, text, arguments) => Strip(text, arguments.Get(0, "chars"), start: false, end: true),
        ["startswith"] = (_, text, arguments) => Any(arguments, prefix => text.StartsWith(prefix, StringComparison.Ordinal)),
        ["endswith"] = (_, text, arguments) => Any(arguments, suffix => text.EndsWith(suffix, StringComparison.Ordinal)),
        ["removeprefix"] = (_, text, arguments) => TextOf(arguments, 0, "prefix") is var prefix && text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text,
        ["removesuffix"] = (_, text, arguments) => TextOf(arguments, 0, "suffix") is { Length: > 0 } suffix && text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text,
        ["split"] = (rendering, text, arguments) => Split(rendering, text, arguments, fromEnd: false),
        ["rsplit"] = (rendering, text, arguments) => Split(rendering, text, arguments, fromEnd: true),
        ["splitlines"] = (rendering, text, arguments) => SplitLines(rendering, text, arguments.Flag(0, "keepends")),
        ["partition"] = (_, text, arguments) => Partition(text, TextOf(arguments, 0, "sep"), last: false),
        ["rpartition"] = (_, text, arguments) => Partition(text, TextOf(arguments, 0, "sep"), last: true),
        ["replace"] = (rendering, text, arguments) => Replace(rendering, text, TextOf(arguments, 0, "old"), TextOf(arguments, 1, "new"), arguments.Integer(2, "count", -1)),
        ["find"] = (_, text, arguments) => Find(text, arguments, last: false),
        ["rfind"] = (_, text, arguments) => Find(text, arguments, last: true),
        ["index"] = (_, text, arguments) => Find(text, arguments, last: false) is >= 0 and var at ? at : throw JinjaException.Failed("substring not found"),
        ["rindex"] = (_, text, arguments) => Find(text, arguments, last: true) is >= 0 and var at ? at : throw JinjaException.Failed("substring not found"),
        ["count"] = (_, text, arguments) => Count(text, TextOf(arguments, 0, "sub")),
        ["join"] = (rendering, text, arguments) => Join(rendering, text, arguments.Require(0, "iterable")),
        ["format"] = (rendering, text, arguments) => PythonFormat.Braces(text, arguments, rendering),
        ["center"] = (rendering, text, arguments) => Pad(rendering, text, arguments, total => (total / 2) + (total & arguments.Integer(0, "width", 0) & 1)),
        ["ljust"] = (rendering, text, arguments) => Pad(rendering, text, arguments, _ => 0),
        ["rjust"] = (rendering, text, arguments) => Pad(rendering, text, arguments, total => total),
        ["zfill"] = (rendering, text, arguments) => ZeroFill(rendering, text, arguments.Integer(0, "width", 0)),
        ["isalpha"] = (_, text, _) => All(text, Rune.IsLetter),
        ["isdigit"] = (_, text, _) => All(text, Rune.IsDigit),
        ["isdecimal"] = (_, text, _) => All(text, Rune.IsDigit),
        ["isnumeric"] = (_, text, _) => All(text, Rune.IsNumber),
        ["isalnum"] = (_, text, _) => All(text, rune => Rune.IsLetter(rune) || Rune.IsNumber(rune)),
        ["isspace"] = (_, text, _) => All(text, Rune.IsWhiteSpace),
        ["isupper"] = (_, text, _) => text.Any(char.IsUpper) && !text.Any(char.IsLower),
        ["islower"] = (_, text, _) => text.Any(char.IsLower) && !text.Any(char.IsUpper),
    };

    public static StringMethod? Find(string name) => Methods.GetValueOrDefault(name);

    public static string Capitalize(string text) => text.Length == 0 ? "" : char.ToUpperInvariant(text[0]) + text[1..].ToLowerInvariant();

    /// <summary>Strips white space, or any of the given characters.</summary>
    public static string Strip(string text, object? characters, bool start, bool end)
    {
        var set = (characters as string)?.ToCharArray();
        return (start, end) switch
        {
            (true, true) => set is null ? text.Trim() : text.Trim(set),
            (true, false) => set is null ? text.TrimStart() : text.TrimStart(set),
            _ => set is null ? text.TrimEnd() : text.TrimEnd(set),
        };
    }

    public static string Replace(Rendering rendering, string text, string old, string replacement, int count)
    {
        rendering.Step(text.Length / 16);
        var result = new StringBuilder();
        var position = 0;
        if (old.Length == 0)
        {
            // Python puts the replacement between all characters and at both ends.
            foreach (var rune in text.EnumerateRunes())
            {
                if (count-- != 0) result.Append(replacement);
                result.Append(rune);
                rendering.CheckLength(result.Length);
            }
            return count != 0 ? result.Append(replacement).ToString() : result.ToString();
        }
        while (count != 0 && text.IndexOf(old, position, StringComparison.Ordinal) is >= 0 and var at)
        {
            result.Append(text, position, at - position).Append(replacement);
            rendering.CheckLength(result.Length);
            position = at + old.Length;
            count--;
        }
        return position == 0 ? text : result.Append(text, position, text.Length - position).ToString();
    }

    public static string Title(string text)
    {
        var result = new StringBuilder(text.Length);
        var inWord = false;
        foreach (var unit in text)
        {
            result.Append(inWord ? char.ToLowerInvariant(unit) : char.ToUpperInvariant(unit));
            inWord = char.IsLetter(unit);
        }
        return result.ToString();
    }

    private static string TextOf(Arguments arguments, int index, string name) => arguments.Require(index, name) switch
    {
        string text => text,
        Undefined missing => throw missing.Error(),
        var other => throw JinjaException.Failed($"a string is needed, not '{PythonOperators.TypeName(other)}'"),
    };

    private static bool Any(Arguments arguments, Func<string, bool> predicate) => arguments.Require(0, "prefix") switch
    {
        JinjaList { IsTuple: true } several => several.OfType<string>().Any(predicate),
        _ => predicate(TextOf(arguments, 0, "prefix")),
    };

    private static bool All(string text, Func<Rune, bool> predicate)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (!predicate(rune)) return false;
        }
        return text.Length > 0;
    }

    private static JinjaList Split(Rendering rendering, string text, Arguments arguments, bool fromEnd)
    {
        rendering.Step(text.Length / 16);
        var limit = arguments.Integer(1, "maxsplit", -1);
        var parts = arguments.Get(0, "sep") is null ? SplitWords(text, limit, fromEnd) : SplitBy(text, TextOf(arguments, 0, "sep"), limit, fromEnd);
        rendering.Step(parts.Count);
        return new JinjaList(parts);
    }

    private static List<string> SplitBy(string text, string separator, int limit, bool fromEnd)
    {
        if (separator.Length == 0) throw JinjaException.Failed("empty separator");
        if (limit < 0) return [.. text.Split(separator)];
        if (!fromEnd) return [.. text.Split(separator, (int)Math.Min(limit + 1L, int.MaxValue))];
        var parts = new List<string>();
        while (limit-- > 0 && text.LastIndexOf(separator, StringComparison.Ordinal) is >= 0 and var at)
        {
            parts.Add(text[(at + separator.Length)..]);
            text = text[..at];
        }
        parts.Add(text);
        parts.Reverse();
        return parts;
    }

    private static List<string> SplitWords(string text, int limit, bool fromEnd)
    {
        var parts = new List<string>();
        text = text.Trim();
        while (text.Length > 0)
        {
            var at = limit >= 0 && parts.Count >= limit ? -1 : fromEnd ? LastWhiteSpace(text) : FirstWhiteSpace(text);
            if (at < 0)
            {
                parts.Add(text);
                break;
            }
            parts.Add(fromEnd ? text[(at + 1)..] : text[..at]);
            text = fromEnd ? text[..at].TrimEnd() : text[(at + 1)..].TrimStart();
        }
        if (fromEnd) parts.Reverse();
        return parts;
    }

    private static int FirstWhiteSpace(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsWhiteSpace(text[i])) return i;
        }
        return -1;
    }

    private static int LastWhiteSpace(string text)
    {
        for (var i = text.Length - 1; i >= 0; i--)
        {
            if (char.IsWhiteSpace(text[i])) return i;
        }
        return -1;
    }

    private static JinjaList SplitLines(Rendering rendering, string text, bool keepEnds)
    {
        rendering.Step(text.Length);
        var lines = new JinjaList();
        for (var start = 0; start < text.Length;)
        {
            var end = text.AsSpan(start).IndexOfAny("\n\r\v\f\u001c\u001d\u001e\u0085\u2028\u2029");
            var next = end < 0 ? text.Length : start + end + (text.AsSpan(start + end).StartsWith("\r\n") ? 2 : 1);
            lines.Add(text[start..(keepEnds || end < 0 ? next : start + end)]);
            start = next;
        }
        return lines;
    }

    private static JinjaList Partition(string text, string separator, bool last)
    {
        if (separator.Length == 0) throw JinjaException.Failed("empty separator");
        var at = last ? text.LastIndexOf(separator, StringComparison.Ordinal) : text.IndexOf(separator, StringComparison.Ordinal);
        if (at < 0) return last ? JinjaList.Tuple("", "", text) : JinjaList.Tuple(text, "", "");
        return JinjaList.Tuple(text[..at], separator, text[(at + separator.Length)..]);
    }

    private static long Find(string text, Arguments arguments, bool last)
    {
        var part = TextOf(arguments, 0, "sub");
        var at = last ? text.LastIndexOf(part, StringComparison.Ordinal) : text.IndexOf(part, StringComparison.Ordinal);
        return at < 0 ? -1 : Slices.LengthOf(text[..at]);
    }

    private static long Count(string text, string part)
    {
        if (part.Length == 0) return Slices.LengthOf(text) + 1;
        var count = 0L;
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; at = text.IndexOf(part, at + part.Length, StringComparison.Ordinal)) count++;
        return count;
    }

    private static string Join(Rendering rendering, string separator, object? items)
    {
        var result = new StringBuilder();
        var first = true;
        foreach (var item in Iteration.Of(items, rendering))
        {
            if (!first) result.Append(separator);
            first = false;
            result.Append(item as string ?? throw JinjaException.Failed($"a string is needed, not '{PythonOperators.TypeName(item)}'"));
            rendering.CheckLength(result.Length);
        }
        return result.ToString();
    }

    private static string Pad(Rendering rendering, string text, Arguments arguments, Func<int, int> left)
    {
        var width = arguments.Integer(0, "width", 0);
        rendering.CheckLength(width);
        var missing = width - Slices.LengthOf(text);
        if (missing <= 0) return text;
        var fill = arguments.Text(1, "fillchar", " ");
        if (fill.Length != 1) throw JinjaException.Failed("the fill character must be exactly one character long");
        var before = left(missing);
        return new string(fill[0], before) + text + new string(fill[0], missing - before);
    }

    private static string ZeroFill(Rendering rendering, string text, int width)
    {
        rendering.CheckLength(width);
        var missing = Math.Max(0, width - Slices.LengthOf(text));
        var sign = text.StartsWith('-') || text.StartsWith('+') ? 1 : 0;
        return text[..sign] + new string('0', missing) + text[sign..];
    }
}
