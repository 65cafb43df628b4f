using System.Globalization;
using Swift.Models.ChatTemplates.Jinja.Values;

namespace Swift.Models.ChatTemplates.Jinja.Library;

/// <summary>Filters that give numbers.</summary>
internal static class NumberFilters
{
    public static object Abs(object? input) => PythonOperators.AsNumber(input) switch
    {
        long number => (object)Math.Abs(number),
        double number => Math.Abs(number),
        _ => throw JinjaException.Failed($"bad operand type for abs(): '{PythonOperators.TypeName(input)}'"),
    };

    public static object? Int(object? input, Arguments arguments) => PythonOperators.AsNumber(input) switch
    {
        long number => number,
        double number when Math.Abs(number) < 9.2e18 => (long)number,
        _ when input is string text => ParseInteger(text.Trim(), arguments.Integer(1, "base", 10)) ?? ParseFloat(text) switch
        {
            { } number when Math.Abs(number) < 9.2e18 => (long)number,
            _ => arguments.Get(0, "default", 0L),
        },
        _ => arguments.Get(0, "default", 0L),
    };

    public static object? Float(object? input, Arguments arguments) => PythonOperators.AsNumber(input) switch
    {
        long number => (double)number,
        double number => number,
        _ when input is string text && ParseFloat(text) is { } parsed => parsed,
        _ => arguments.Get(0, "default", 0.0),
    };

    /// <summary>Rounds half to even, as Python does; the result is a float.</summary>
    public static object Round(object? input, Arguments arguments)
    {
        var value = PythonOperators.AsNumber(input) is { } number ? Convert.ToDouble(number, CultureInfo.InvariantCulture)
            : throw JinjaException.Failed($"a number is needed, not '{PythonOperators.TypeName(input)}'");
        var precision = Math.Clamp(arguments.Integer(0, "precision", 0), -15, 15);
        var scale = Math.Pow(10, precision);
        return arguments.Text(1, "method", "common") switch
        {
            "ceil" => Math.Ceiling(value * scale) / scale,
            "floor" => Math.Floor(value * scale) / scale,
            _ when precision >= 0 => Math.Round(value, precision, MidpointRounding.ToEven),
            _ => Math.Round(value * scale, MidpointRounding.ToEven) / scale,
        };
    }

    private static long? ParseInteger(string text, int numberBase)
    {
        var negative = text.StartsWith('-');
        var digits = text.TrimStart('-', '+').Replace("_", "", StringComparison.Ordinal);
        if (digits.Length == 0 || text.Length - text.TrimStart('-', '+').Length > 1) return null;
        var value = 0L;
        foreach (var unit in digits)
        {
            var digit = char.IsAsciiDigit(unit) ? unit - '0' : char.IsAsciiLetter(unit) ? char.ToLowerInvariant(unit) - 'a' + 10 : int.MaxValue;
            if (digit >= numberBase || value > (long.MaxValue - digit) / numberBase) return null;
            value = (value * numberBase) + digit;
        }
        return negative ? -value : value;
    }

    private static double? ParseFloat(string text) =>
        double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
