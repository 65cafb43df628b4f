using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Swift.Api.Registry.Gates;

/// <summary>
/// A condition for promotion: <c>accuracy >= 0.8</c>, or <c>accuracy >= champion - 0.01</c>, which compares with the
/// score of the version that an alias means.
/// </summary>
/// <param name="Text">As written.</param>
/// <param name="Alias">Null: <paramref name="Number"/> is the bound itself; else it is added to the score of that alias's version.</param>
public sealed partial record Gate(string Text, string Metric, string Comparison, string? Alias, double Number)
{
    public static bool TryParse(string text, [NotNullWhen(true)] out Gate? gate)
    {
        gate = null;
        if (text.Length > 200 || Pattern().Match(text) is not { Success: true } match)
        {
            return false;
        }
        var alias = match.Groups["alias"] is { Success: true } named ? named.Value : null;
        var number = match.Groups["number"] is { Success: true } written ? double.Parse(written.Value, NumberStyles.Float, CultureInfo.InvariantCulture) : 0;
        gate = new Gate(text.Trim(), match.Groups["metric"].Value, match.Groups["comparison"].Value, alias, match.Groups["sign"].Value == "-" ? -number : number);
        return double.IsFinite(number);
    }

    [GeneratedRegex("""
        ^\s*(?<metric>[A-Za-z][A-Za-z0-9_./@-]*)
        \s*(?<comparison>>=|<=|==|>|<)
        \s*(?:
            (?<number>-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
          | (?<alias>[a-z][a-z0-9._-]*)(?:\s+(?<sign>[+-])\s*(?<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?))?
        )\s*\z
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
