using System.Globalization;

namespace Swift.Api.Audit.Canonical;

/// <summary>
/// One spelling for every decimal number, whatever way it was written: that of ECMAScript, which RFC 8785 uses, but of the
/// exact decimal value instead of the nearest double, so that no two values share a spelling.
/// </summary>
internal static class CanonicalNumber
{
    /// <summary>Where ECMAScript changes to exponents: 1e21 and more, less than 1e-6.</summary>
    private const int MostWholeDigits = 21;
    private const int MostLeadingZeros = 6;

    /// <param name="json">A number as JSON allows it: <c>-0.50e+3</c>.</param>
    internal static string Of(string json)
    {
        var (negative, digits, point) = Read(json);
        if (digits.Length == 0) return "0";
        var text = Spell(digits, point);
        return negative ? "-" + text : text;
    }

    /// <summary>The value as 0.d1d2d3… × 10^point, without zeros at either end of the digits; no digits = zero.</summary>
    private static (bool Negative, string Digits, long Point) Read(string json)
    {
        var negative = json[0] == '-';
        var mantissa = negative ? json[1..] : json;
        long exponent = 0;
        if (mantissa.IndexOfAny(['e', 'E']) is >= 0 and var e)
        {
            exponent = long.Parse(mantissa.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            mantissa = mantissa[..e];
        }
        var dot = mantissa.IndexOf('.');
        var whole = dot < 0 ? mantissa : mantissa[..dot];
        var all = dot < 0 ? mantissa : whole + mantissa[(dot + 1)..];
        var digits = all.TrimStart('0');
        var leadingZeros = all.Length - digits.Length;
        return (negative, digits.TrimEnd('0'), whole.Length + exponent - leadingZeros);
    }

    private static string Spell(string digits, long point) => point switch
    {
        > MostWholeDigits or <= -MostLeadingZeros => Scientific(digits, point - 1),
        <= 0 => "0." + new string('0', (int)-point) + digits,
        _ when digits.Length <= point => digits.PadRight((int)point, '0'),
        _ => digits[..(int)point] + "." + digits[(int)point..],
    };

    private static string Scientific(string digits, long exponent)
    {
        var mantissa = digits.Length == 1 ? digits : digits[..1] + "." + digits[1..];
        return string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent)}");
    }
}
