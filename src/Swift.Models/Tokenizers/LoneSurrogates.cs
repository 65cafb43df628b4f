using System.Text;

namespace Swift.Models.Tokenizers;

/// <summary>Makes any .NET string a sequence of Unicode characters.</summary>
internal static class LoneSurrogates
{
    /// <summary>The text with U+FFFD for every surrogate that has no partner.</summary>
    public static string Replace(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')) return text;
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            result.Append(rune);
        }
        return result.ToString();
    }
}
