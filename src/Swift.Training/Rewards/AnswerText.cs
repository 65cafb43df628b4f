using System.Globalization;
using System.Text.RegularExpressions;

namespace Swift.Training.Rewards;

/// <summary>Finds answers in texts and compares them.</summary>
public static partial class AnswerText
{
    /// <summary>
    /// The answer a completion states: what its first <c>&lt;answer&gt;…&lt;/answer&gt;</c> holds, else its last <c>\boxed{…}</c>; null when it has neither.
    /// </summary>
    public static string? Extract(string completion)
    {
        if (AnswerTag().Match(completion) is { Success: true } tagged)
            return tagged.Groups[1].Value.Trim();
        return Boxed().Matches(completion) is { Count: > 0 } boxed ? boxed[^1].Groups[1].Value.Trim() : null;
    }

    /// <summary>Equal as numbers when both are numbers (<c>1,200.0</c> equals <c>$1200</c>), else as texts without surrounding space, case ignored.</summary>
    public static bool Same(string answer, string solution)
    {
        if (TryNumber(answer, out var a) && TryNumber(solution, out var b))
            return a == b;
        return string.Equals(answer.Trim(), solution.Trim(), StringComparison.OrdinalIgnoreCase);
    }

    private static bool TryNumber(string text, out decimal number)
    {
        number = 0;
        var match = Number().Match(text);
        return match.Success && decimal.TryParse(
            match.Groups[1].Value.Replace(",", ""), NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }

    [GeneratedRegex("<answer>(.*?)</answer>", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex AnswerTag();

    [GeneratedRegex(@"\\boxed\{([^{}]*)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Boxed();

    [GeneratedRegex(@"^\s*\$?([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d{1,2})?)\.?\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
