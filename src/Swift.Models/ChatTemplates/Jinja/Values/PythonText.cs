using System.Globalization;
using System.Text;

namespace Swift.Models.ChatTemplates.Jinja.Values;

/// <summary>How Python writes values: <c>str</c> and <c>repr</c>.</summary>
internal static class PythonText
{
    private const int DeepestNesting = 200;

    public static string Str(object? value) => value switch
    {
        string text => text,
        Undefined => "",
        _ => Repr(value),
    };

    public static string Repr(object? value)
    {
        var output = new StringBuilder();
        WriteRepr(value, output, 0);
        return output.ToString();
    }

    /// <summary>The shortest digits that give the number back, with Python's choice between plain and exponent notation.</summary>
    public static string Float(double value)
    {
        if (double.IsNaN(value)) return "nan";
        if (double.IsInfinity(value)) return value > 0 ? "inf" : "-inf";
        if (value == 0) return double.IsNegative(value) ? "-0.0" : "0.0";
        var parts = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture).Split('E');
        var point = parts[0].IndexOf('.') is >= 0 and var at ? at : parts[0].Length;
        var digits = parts[0].Replace(".", "", StringComparison.Ordinal);
        var leadingZeros = digits.Length - digits.TrimStart('0').Length;
        var exponent = point - 1 - leadingZeros + (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0);
        digits = digits.Trim('0');
        var sign = value < 0 ? "-" : "";
        if (exponent is < -4 or >= 16)
        {
            var mantissa = digits.Length > 1 ? $"{digits[0]}.{digits[1..]}" : digits;
            return $"{sign}{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }
        if (exponent < 0) return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        return digits.Length > exponent + 1
            ? $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}"
            : $"{sign}{digits.PadRight(exponent + 1, '0')}.0";
    }

    private static void WriteRepr(object? value, StringBuilder output, int depth)
    {
        if (depth > DeepestNesting) throw new JinjaException(JinjaError.Limit, "a value is nested too deeply");
        switch (value)
        {
            case null:
                output.Append("None");
                break;
            case bool flag:
                output.Append(flag ? "True" : "False");
                break;
            case long number:
                output.Append(number.ToString(CultureInfo.InvariantCulture));
                break;
            case double number:
                output.Append(Float(number));
                break;
            case string text:
                WriteQuoted(text, output);
                break;
            case Undefined:
                output.Append("Undefined");
                break;
            case JinjaList list:
                output.Append(list.IsTuple ? '(' : '[');
                for (var i = 0; i < list.Count; i++)
                {
                    if (i > 0) output.Append(", ");
                    WriteRepr(list[i], output, depth + 1);
                }
                if (list is { IsTuple: true, Count: 1 }) output.Append(',');
                output.Append(list.IsTuple ? ')' : ']');
                break;
            case JinjaDictionary dictionary:
                output.Append('{');
                var first = true;
                foreach (var (key, item) in dictionary.Items)
                {
                    if (!first) output.Append(", ");
                    first = false;
                    WriteRepr(key, output, depth + 1);
                    output.Append(": ");
                    WriteRepr(item, output, depth + 1);
                }
                output.Append('}');
                break;
            case JinjaNamespace:
                output.Append("<Namespace>");
                break;
            default:
                output.Append("<function>");
                break;
        }
    }

    private static void WriteQuoted(string text, StringBuilder output)
    {
        var quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        output.Append(quote);
        foreach (var rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '\\':
                    output.Append(@"\\");
                    break;
                case '\n':
                    output.Append(@"\n");
                    break;
                case '\r':
                    output.Append(@"\r");
                    break;
                case '\t':
                    output.Append(@"\t");
                    break;
                case var code when code == quote:
                    output.Append('\\').Append(quote);
                    break;
                case var _ when IsPrintable(rune):
                    output.Append(rune);
                    break;
                case var code:
                    output.Append(code < 0x100 ? $"\\x{code:x2}" : code < 0x10000 ? $"\\u{code:x4}" : $"\\U{code:x8}");
                    break;
            }
        }
        output.Append(quote);
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
