using System.Text;
using Swift.Contracts.Experiments;

namespace Swift.Models.Tokenizers.PreTokenizers;

/// <summary>Rewrites what tokenizers' patterns use of Oniguruma and Rust into .NET's dialect: possessive quantifiers, scripts, intersections of classes, and case folding of ASCII letters with characters beyond ASCII.</summary>
internal static class RegexTranslation
{
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["Han"] = @"\u2E80-\u2E99\u2E9B-\u2EF3\u2F00-\u2FD5\u3005\u3007\u3021-\u3029\u3038-\u303B\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFA6D\uFA70-\uFAD9",
        ["Hiragana"] = @"\u3041-\u3096\u309D-\u309F",
        ["Katakana"] = @"\u30A1-\u30FA\u30FD-\u30FF\u31F0-\u31FF\u32D0-\u32FE\u3300-\u3357\uFF66-\uFF6F\uFF71-\uFF9D",
        ["Hangul"] = @"\u1100-\u11FF\u302E\u302F\u3131-\u318E\u3200-\u321E\u3260-\u327E\uA960-\uA97C\uAC00-\uD7A3\uD7B0-\uD7C6\uD7CB-\uD7FB\uFFA0-\uFFBE\uFFC2-\uFFC7\uFFCA-\uFFCF\uFFD2-\uFFD7\uFFDA-\uFFDC",
    };

    public static string ToDotNet(string pattern)
    {
        var output = new StringBuilder(pattern.Length + 16);
        var groups = new Stack<(int Start, bool IgnoreCase)>();
        var ignoreCase = false;
        var atom = 0;
        for (var i = 0; i < pattern.Length;)
        {
            var unit = pattern[i];
            switch (unit)
            {
                case '(':
                    groups.Push((output.Length, ignoreCase));
                    if (pattern.AsSpan(i).StartsWith("(?i:")) ignoreCase = true;
                    i = CopyGroupStart(pattern, i, output);
                    break;
                case ')':
                    if (groups.Count == 0) throw Refused(pattern, "a parenthesis closes nothing");
                    (atom, ignoreCase) = groups.Pop();
                    output.Append(unit);
                    i++;
                    break;
                case '[':
                    atom = output.Length;
                    i = CopyClass(pattern, i, output);
                    break;
                case '?' or '*' or '+' or '{':
                    i = CopyQuantifier(pattern, i, output, atom);
                    break;
                case '\\':
                    atom = output.Length;
                    i = CopyEscape(pattern, i, output, insideClass: false);
                    break;
                default:
                    atom = output.Length;
                    output.Append(ignoreCase ? Folded(unit) : unit.ToString());
                    i++;
                    break;
            }
        }
        return output.ToString();
    }

    /// <summary>Unicode folds the long s with s, and the Kelvin sign with k; .NET does not.</summary>
    private static string Folded(char unit) => unit switch
    {
        's' or 'S' => "[s\u017F]",
        'k' or 'K' => "[k\u212A]",
        _ => unit.ToString(),
    };

    private static int CopyGroupStart(string pattern, int i, StringBuilder output)
    {
        output.Append(pattern[i++]);
        if (i < pattern.Length && pattern[i] == '?')
        {
            while (i < pattern.Length && pattern[i] is not (':' or '=' or '!' or '>' or ')')) output.Append(pattern[i++]);
            if (i < pattern.Length && pattern[i] != ')') output.Append(pattern[i++]);
        }
        return i;
    }

    private static int CopyQuantifier(string pattern, int i, StringBuilder output, int atom)
    {
        var end = i + 1;
        if (pattern[i] == '{')
        {
            end = pattern.IndexOf('}', i) + 1;
            if (end == 0) throw Refused(pattern, "a brace is not closed");
        }
        var quantifier = pattern[i..end];
        if (end < pattern.Length && pattern[end] == '+')
        {
            output.Insert(atom, "(?>").Append(quantifier).Append(')');
            return end + 1;
        }
        output.Append(quantifier);
        if (end < pattern.Length && pattern[end] == '?')
        {
            output.Append('?');
            end++;
        }
        return end;
    }

    private static int CopyClass(string pattern, int i, StringBuilder output)
    {
        output.Append(pattern[i++]);
        var subtraction = false;
        if (i < pattern.Length && pattern[i] == '^') output.Append(pattern[i++]);
        for (var first = true; i < pattern.Length; first = false)
        {
            var unit = pattern[i];
            if (unit == ']' && !first)
            {
                output.Append(subtraction ? "]]" : "]");
                return i + 1;
            }
            if (pattern.AsSpan(i).StartsWith("&&[^"))
            {
                // Intersection with a negated class is .NET's subtraction.
                output.Append("-[");
                i += 4;
                while (i < pattern.Length && pattern[i] != ']')
                {
                    i = pattern[i] == '\\' ? CopyEscape(pattern, i, output, insideClass: true) : Copy(pattern, i, output);
                }
                i++;
                subtraction = true;
                continue;
            }
            if (char.IsSurrogate(unit))
            {
                i = CopyAstral(pattern, i, output);
                continue;
            }
            // An opening bracket in a class is a character to .NET, except after a hyphen.
            i = unit switch
            {
                '\\' => CopyEscape(pattern, i, output, insideClass: true),
                '[' => CopyEscaped(pattern, i, output),
                _ => Copy(pattern, i, output),
            };
        }
        throw Refused(pattern, "a bracket is not closed");
    }

    /// <summary>Text beyond the basic plane is matched by representatives of its categories; of a range, those of its two ends.</summary>
    private static int CopyAstral(string pattern, int i, StringBuilder output)
    {
        for (var ends = 0; ends < 2; ends++)
        {
            if (Rune.DecodeFromUtf16(pattern.AsSpan(i), out var rune, out var consumed) != System.Buffers.OperationStatus.Done)
            {
                throw Refused(pattern, "a surrogate has no partner");
            }
            output.Append(CodePointRegex.Representative(rune));
            i += consumed;
            if (ends == 1 || i + 1 >= pattern.Length || pattern[i] != '-' || !char.IsSurrogate(pattern[i + 1])) break;
            i++;
        }
        return i;
    }

    private static int Copy(string pattern, int i, StringBuilder output)
    {
        output.Append(pattern[i]);
        return i + 1;
    }

    private static int CopyEscaped(string pattern, int i, StringBuilder output)
    {
        output.Append('\\').Append(pattern[i]);
        return i + 1;
    }

    private static int CopyEscape(string pattern, int i, StringBuilder output, bool insideClass)
    {
        if (i + 1 >= pattern.Length) throw Refused(pattern, "it ends with a backslash");
        if (pattern[i + 1] is 'p' or 'P' && i + 2 < pattern.Length && pattern[i + 2] == '{')
        {
            var end = pattern.IndexOf('}', i);
            if (end < 0) throw Refused(pattern, "a brace is not closed");
            var name = pattern[(i + 3)..end];
            if (Scripts.TryGetValue(name.StartsWith("Script=", StringComparison.Ordinal) ? name[7..] : name, out var ranges))
            {
                if (pattern[i + 1] == 'P' && insideClass) throw Refused(pattern, @"\P of a script inside a class is not supported");
                output.Append(insideClass ? ranges : pattern[i + 1] == 'P' ? $"[^{ranges}]" : $"[{ranges}]");
                return end + 1;
            }
            if (name.Length > 2) throw Refused(pattern, $"the property {name} is not supported");
            output.Append(pattern, i, end + 1 - i);
            return end + 1;
        }
        output.Append(pattern, i, 2);
        return i + 2;
    }

    private static SwiftException Refused(string pattern, string why) =>
        SwiftException.BadInput("tokenizer_regex_unsupported", $"tokenizer.json: the pattern {pattern} cannot be used: {why}.");
}
