using System.Globalization;
using System.Text;

namespace Swift.Models.ChatTemplates.Jinja.Syntax;

/// <summary>
/// Cuts a template into tokens as Jinja 3 does with <c>trim_blocks</c> and <c>lstrip_blocks</c>, which Hugging Face sets:
/// the newline after a block goes, and so does the indentation before it.
/// </summary>
internal sealed class Lexer
{
    private static readonly string[] Operators =
        ["//", "**", "==", "!=", ">=", "<=", "+", "-", "*", "/", "%", "~", "<", ">", "=", ".", ":", "|", ",", "(", ")", "[", "]", "{", "}"];

    private readonly string source;
    private readonly List<Token> tokens = [];
    private int position;
    private int line = 1;

    private Lexer(string source) => this.source = source;

    public static List<Token> Read(string source)
    {
        source = source.ReplaceLineEndings("\n");
        // Jinja drops one newline at the end of a template.
        var lexer = new Lexer(source.EndsWith('\n') ? source[..^1] : source);
        lexer.ReadAll();
        return lexer.tokens;
    }

    private void ReadAll()
    {
        // Whether the tag before ended in a newline, or there is none: then a tag's indentation starts a line.
        var atLineStart = true;
        var trimStart = false;
        while (position < source.Length)
        {
            var tag = FindTag();
            var text = source[position..tag];
            var kind = tag < source.Length ? source[tag + 1] : '\0';
            var sign = tag + 2 < source.Length ? source[tag + 2] : '\0';
            var kept = text;
            if (kind != '\0' && sign == '-') kept = kept.TrimEnd();
            else if (kind is '%' or '#' && sign != '+') kept = WithoutIndentation(kept, atLineStart);
            if (trimStart) kept = kept.TrimStart();
            if (kept.Length > 0) tokens.Add(new Token(TokenKind.Text, kept, line));
            Advance(tag);
            if (kind == '\0') break;
            var signLength = sign is '-' or '+' ? 1 : 0;
            switch (kind)
            {
                case '#':
                    ReadComment();
                    break;
                case '%' when IsRaw(tag + 2 + signLength, "raw", out var bodyStart):
                    ReadRaw(tag, bodyStart);
                    break;
                default:
                    ReadTag(kind == '%', signLength);
                    break;
            }
            trimStart = source[position - 3] == '-';
            var isBlock = kind != '{';
            atLineStart = false;
            if (isBlock && !trimStart && source[position - 3] != '+' && position < source.Length && source[position] == '\n')
            {
                Advance(position + 1);
                atLineStart = true;
            }
        }
        tokens.Add(new Token(TokenKind.End, "", line));
    }

    private int FindTag()
    {
        for (var i = position; i + 1 < source.Length; i++)
        {
            if (source[i] == '{' && source[i + 1] is '{' or '%' or '#') return i;
        }
        return source.Length;
    }

    private static string WithoutIndentation(string text, bool atLineStart)
    {
        var start = text.LastIndexOf('\n') + 1;
        return (start > 0 || atLineStart) && text.AsSpan(start).IsWhiteSpace() ? text[..start] : text;
    }

    private void Advance(int to)
    {
        line += source.AsSpan(position, to - position).Count('\n');
        position = to;
    }

    private void ReadComment()
    {
        var end = source.IndexOf("#}", position + 2, StringComparison.Ordinal);
        if (end < 0) throw Error("the comment is not closed");
        Advance(end + 2);
    }

    /// <summary>Whether <c>raw</c> or <c>endraw</c> and the end of the tag follow.</summary>
    private bool IsRaw(int at, string name, out int bodyStart)
    {
        bodyStart = 0;
        while (at < source.Length && char.IsWhiteSpace(source[at])) at++;
        if (!source.AsSpan(at).StartsWith(name)) return false;
        at += name.Length;
        while (at < source.Length && char.IsWhiteSpace(source[at])) at++;
        if (at < source.Length && source[at] is '-' or '+') at++;
        if (!source.AsSpan(at).StartsWith("%}")) return false;
        bodyStart = at + 2;
        return true;
    }

    private void ReadRaw(int tag, int bodyStart)
    {
        for (var end = source.IndexOf("{%", bodyStart, StringComparison.Ordinal); end >= 0; end = source.IndexOf("{%", end + 2, StringComparison.Ordinal))
        {
            var sign = end + 2 < source.Length ? source[end + 2] : '\0';
            if (!IsRaw(end + 2 + (sign is '-' or '+' ? 1 : 0), "endraw", out var after)) continue;
            var start = bodyStart;
            if (source[bodyStart - 3] == '-')
            {
                while (start < end && char.IsWhiteSpace(source[start])) start++;
            }
            var text = source[start..end];
            text = sign == '-' ? text.TrimEnd() : sign == '+' ? text : WithoutIndentation(text, atLineStart: false);
            if (text.Length > 0) tokens.Add(new Token(TokenKind.Text, text, line));
            Advance(after);
            return;
        }
        throw Error($"the raw block at offset {tag} is not closed");
    }

    private void ReadTag(bool isBlock, int signLength)
    {
        tokens.Add(new Token(isBlock ? TokenKind.BlockStart : TokenKind.PrintStart, "", line));
        Advance(position + 2 + signLength);
        var closing = isBlock ? "%}" : "}}";
        var brackets = 0;
        while (true)
        {
            while (position < source.Length && char.IsWhiteSpace(source[position])) Advance(position + 1);
            if (position >= source.Length) throw Error("the tag is not closed");
            var rest = source.AsSpan(position);
            var signed = rest[0] is '-' or '+' && rest[1..].StartsWith(closing) ? 1 : 0;
            // In a print tag, }} may also close two dictionaries.
            if (brackets == 0 && rest[signed..].StartsWith(closing))
            {
                tokens.Add(new Token(isBlock ? TokenKind.BlockEnd : TokenKind.PrintEnd, "", line));
                Advance(position + signed + 2);
                return;
            }
            if (rest[0] is '(' or '[' or '{') brackets++;
            else if (rest[0] is ')' or ']' or '}') brackets = Math.Max(0, brackets - 1);
            ReadToken(rest);
        }
    }

    private void ReadToken(ReadOnlySpan<char> rest)
    {
        var first = rest[0];
        if (first is '"' or '\'')
        {
            ReadString(first);
        }
        else if (char.IsAsciiDigit(first))
        {
            ReadNumber();
        }
        else if (char.IsLetter(first) || first == '_')
        {
            var end = position;
            while (end < source.Length && (char.IsLetterOrDigit(source[end]) || source[end] == '_')) end++;
            Add(TokenKind.Name, source[position..end], end);
        }
        else
        {
            foreach (var symbol in Operators)
            {
                if (!rest.StartsWith(symbol)) continue;
                Add(TokenKind.Operator, symbol, position + symbol.Length);
                return;
            }
            throw Error($"the character '{first}' is not expected here");
        }
    }

    private void Add(TokenKind kind, string text, int end)
    {
        tokens.Add(new Token(kind, text, line));
        Advance(end);
    }

    private void ReadNumber()
    {
        var end = Digits(position);
        var isFloat = false;
        if (end + 1 < source.Length && source[end] == '.' && char.IsAsciiDigit(source[end + 1]))
        {
            isFloat = true;
            end = Digits(end + 1);
        }
        if (end < source.Length && source[end] is 'e' or 'E')
        {
            var exponent = end + 1 < source.Length && source[end + 1] is '+' or '-' ? end + 2 : end + 1;
            if (exponent < source.Length && char.IsAsciiDigit(source[exponent]))
            {
                isFloat = true;
                end = Digits(exponent);
            }
        }
        Add(isFloat ? TokenKind.Float : TokenKind.Integer, source[position..end].Replace("_", "", StringComparison.Ordinal), end);
    }

    private int Digits(int at)
    {
        while (at < source.Length && (char.IsAsciiDigit(source[at]) || source[at] == '_')) at++;
        return at;
    }

    private void ReadString(char quote)
    {
        var text = new StringBuilder();
        var i = position + 1;
        for (; i < source.Length && source[i] != quote; i++)
        {
            if (source[i] != '\\' || i + 1 >= source.Length)
            {
                text.Append(source[i]);
                continue;
            }
            i++;
            i += ReadEscape(i, text);
        }
        if (i >= source.Length) throw Error("the string is not closed");
        Add(TokenKind.String, text.ToString(), i + 1);
    }

    /// <summary>Reads what follows a backslash as Python does; an unknown escape stays as it is.</summary>
    /// <returns>How many units beyond the first it took.</returns>
    private int ReadEscape(int at, StringBuilder text)
    {
        var unit = source[at];
        var plain = unit switch
        {
            'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', 'v' => '\v', 'a' => '\a', '\\' => '\\', '\'' => '\'', '"' => '"', _ => '\0',
        };
        if (plain != '\0')
        {
            text.Append(plain);
            return 0;
        }
        if (unit == '\n') return 0;
        if (unit is >= '0' and <= '7')
        {
            var length = 1;
            while (length < 3 && at + length < source.Length && source[at + length] is >= '0' and <= '7') length++;
            text.Append((char)Convert.ToInt32(source.Substring(at, length), 8));
            return length - 1;
        }
        var digits = unit switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0)
        {
            if (at + digits >= source.Length || !int.TryParse(source.AsSpan(at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
                || code is < 0 or > 0x10FFFF)
            {
                throw Error($"\\{unit} must be followed by {digits} hexadecimal digits");
            }
            if (code is < 0x10000) text.Append((char)code);
            else text.Append(new Rune(code));
            return digits;
        }
        text.Append('\\').Append(unit);
        return 0;
    }

    private JinjaException Error(string message) => new(JinjaError.Syntax, message, line);
}
