using System.Globalization;
using System.Text;

namespace Swift.Models.ChatTemplates.Jinja.Values;

/// <summary>Python's two ways to put values into a text: <c>"%s" % x</c> and <c>"{}".format(x)</c>.</summary>
internal static class PythonFormat
{
    public static string Percent(string format, object? values, Rendering rendering)
    {
        var items = values is JinjaList { IsTuple: true } tuple ? tuple : new JinjaList([values]);
        var used = 0;
        var result = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                result.Append(format[i]);
                continue;
            }
            var start = ++i;
            object? named = null;
            var hasName = false;
            if (i < format.Length && format[i] == '(')
            {
                var close = format.IndexOf(')', i);
                if (close < 0 || values is not JinjaDictionary dictionary) throw JinjaException.Failed("the format needs a mapping");
                if (!dictionary.TryGet(format[(i + 1)..close], out named)) throw JinjaException.Failed($"there is no key '{format[(i + 1)..close]}'");
                (hasName, start, i) = (true, close + 1, close + 1);
            }
            while (i < format.Length && (char.IsAsciiDigit(format[i]) || format[i] is '-' or '+' or ' ' or '#' or '.')) i++;
            if (i >= format.Length) throw JinjaException.Failed("incomplete format");
            if (format[i] == '%')
            {
                result.Append('%');
                continue;
            }
            if (!hasName && used >= items.Count) throw JinjaException.Failed("not enough arguments for format string");
            var value = hasName ? named : items[used++];
            result.Append(Field(value, Specification.FromPercent(format[start..i], format[i]), rendering));
            rendering.CheckLength(result.Length);
        }
        return result.ToString();
    }

    public static string Braces(string format, Arguments arguments, Rendering rendering)
    {
        var next = 0;
        var result = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] is '{' or '}' && i + 1 < format.Length && format[i + 1] == format[i])
            {
                result.Append(format[i++]);
            }
            else if (format[i] == '{')
            {
                var close = format.IndexOf('}', i);
                if (close < 0) throw JinjaException.Failed("expected '}' before end of string");
                var (name, specification) = Cut(format[(i + 1)..close], ':');
                (name, var conversion) = Cut(name, '!');
                var value = Value(name.Length == 0 ? (next++).ToString(CultureInfo.InvariantCulture) : name, arguments);
                if (conversion == "r") value = PythonText.Repr(value);
                else if (conversion == "s") value = PythonText.Str(value);
                result.Append(Field(value, Specification.FromBraces(specification), rendering));
                i = close;
            }
            else
            {
                result.Append(format[i]);
            }
            rendering.CheckLength(result.Length);
        }
        return result.ToString();
    }

    private static (string, string) Cut(string text, char separator) =>
        text.IndexOf(separator) is >= 0 and var at ? (text[..at], text[(at + 1)..]) : (text, "");

    private static object? Value(string name, Arguments arguments)
    {
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            return index < arguments.Positional.Count ? arguments.Positional[index] : throw JinjaException.Failed("not enough arguments for format string");
        }
        return arguments.TryGet(int.MaxValue, name, out var value) ? value : throw JinjaException.Failed($"there is no argument '{name}' for the format");
    }

    private static string Field(object? value, Specification specification, Rendering rendering)
    {
        rendering.CheckLength(specification.Width + (long)Math.Max(0, specification.Precision));
        var text = Convert(value, specification);
        var missing = specification.Width - text.Length;
        if (missing <= 0) return text;
        var alignment = specification.Alignment != '\0' ? specification.Alignment : value is long or double ? '>' : '<';
        if (alignment == '=')
        {
            var sign = text[0] is '-' or '+' ? 1 : 0;
            return text[..sign] + new string(specification.Fill, missing) + text[sign..];
        }
        var before = alignment == '<' ? 0 : alignment == '>' ? missing : missing / 2;
        return new string(specification.Fill, before) + text + new string(specification.Fill, missing - before);
    }

    private static string Convert(object? value, Specification specification)
    {
        var precision = specification.Precision;
        switch (specification.Type)
        {
            case 'd' or 'i' or 'u':
                var whole = PythonOperators.AsNumber(value) is { } number ? System.Convert.ToInt64(Math.Truncate(System.Convert.ToDecimal(number, CultureInfo.InvariantCulture)))
                    : throw JinjaException.Failed($"a number is needed, not '{PythonOperators.TypeName(value)}'");
                return Signed(whole < 0, Math.Abs((decimal)whole).ToString(specification.Grouping ? "N0" : "F0", CultureInfo.InvariantCulture), specification);
            case 'x':
                return PythonOperators.ToInt32(value).ToString("x", CultureInfo.InvariantCulture);
            case 'X':
                return PythonOperators.ToInt32(value).ToString("X", CultureInfo.InvariantCulture);
            case 'f' or 'F' or 'e' or '%' when PythonOperators.AsNumber(value) is { } real:
                var amount = System.Convert.ToDouble(real, CultureInfo.InvariantCulture) * (specification.Type == '%' ? 100 : 1);
                var digits = Math.Min(precision < 0 ? 6 : precision, 100);
                var text = specification.Type == 'e'
                    ? Math.Abs(amount).ToString($"0.{new string('0', digits)}e+00", CultureInfo.InvariantCulture)
                    : Math.Abs(amount).ToString((specification.Grouping ? "N" : "F") + digits, CultureInfo.InvariantCulture);
                return Signed(amount < 0, text, specification) + (specification.Type == '%' ? "%" : "");
            case 'r':
                return PythonText.Repr(value);
            case '\0' or 's':
                if (specification.Grouping && value is long grouped) return grouped.ToString("N0", CultureInfo.InvariantCulture);
                var plain = PythonText.Str(value);
                return precision >= 0 && value is string && precision < plain.Length ? plain[..precision] : plain;
            default:
                throw JinjaException.Failed($"the format '{specification.Type}' is not supported for '{PythonOperators.TypeName(value)}'");
        }
    }

    private static string Signed(bool negative, string digits, Specification specification) => (negative ? "-" : specification.Plus ? "+" : "") + digits;

    private readonly record struct Specification(char Fill, char Alignment, bool Plus, int Width, bool Grouping, int Precision, char Type)
    {
        public static Specification FromPercent(string flags, char type)
        {
            var trimmed = flags.TrimStart('-', '+', ' ', '#', '0');
            var flag = flags[..^trimmed.Length];
            var (width, precision) = Cut(trimmed, '.');
            var zero = flag.Contains('0') && !flag.Contains('-');
            return new Specification(zero ? '0' : ' ', flag.Contains('-') ? '<' : zero ? '=' : '>', flag.Contains('+'), Number(width, 0), false,
                trimmed.Contains('.') ? Number(precision, 0) : -1, type);
        }

        /// <summary>[[fill]align][sign][#][0][width][,][.precision][type]</summary>
        public static Specification FromBraces(string text)
        {
            var (fill, alignment) = (' ', '\0');
            if (text.Length > 1 && text[1] is '<' or '>' or '^' or '=') (fill, alignment, text) = (text[0], text[1], text[2..]);
            else if (text.Length > 0 && text[0] is '<' or '>' or '^' or '=') (alignment, text) = (text[0], text[1..]);
            var plus = text.StartsWith('+');
            text = text.TrimStart('+', '-', ' ', '#');
            if (text.StartsWith('0') && alignment == '\0') (fill, alignment) = ('0', '=');
            var type = text.Length > 0 && char.IsAsciiLetter(text[^1]) || text.EndsWith('%') ? text[^1] : '\0';
            if (type != '\0') text = text[..^1];
            var (width, precision) = Cut(text, '.');
            return new Specification(fill, alignment, plus, Number(width.TrimEnd(',', '_'), 0), width.EndsWith(','), text.Contains('.') ? Number(precision, 0) : -1, type);
        }

        private static int Number(string digits, int otherwise) => digits.Length == 0 ? otherwise
            : int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw JinjaException.Failed($"'{digits}' is not a number in a format");
    }
}
