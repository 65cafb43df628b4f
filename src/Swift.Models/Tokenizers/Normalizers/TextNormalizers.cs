using System.Text;

namespace Swift.Models.Tokenizers.Normalizers;

/// <summary>Lower case, character by character.</summary>
internal sealed class Lowercase : Normalizer
{
    /// <summary>The one character whose lower case is two.</summary>
    private const char DottedCapitalI = '\u0130';

    public override string Normalize(string text)
    {
        var lower = text.ToLowerInvariant();
        return lower.Contains(DottedCapitalI) ? lower.Replace("\u0130", "i\u0307", StringComparison.Ordinal) : lower;
    }
}

/// <summary>Puts a text in front of any that is not empty.</summary>
internal sealed class Prepend(string prefix) : Normalizer
{
    public override string Normalize(string text) => text.Length == 0 ? text : prefix + text;
}

/// <summary>Replaces a text by another.</summary>
internal sealed class ReplaceText(string old, string replacement) : Normalizer
{
    public override string Normalize(string text) => old.Length == 0 ? text : text.Replace(old, replacement, StringComparison.Ordinal);
}

/// <summary>Replaces the matches of a pattern by a text, which is taken as it is.</summary>
internal sealed class ReplacePattern(string pattern, string replacement) : Normalizer
{
    private readonly PreTokenizers.CodePointRegex regex = new(pattern);

    public override string Normalize(string text)
    {
        var matches = new List<(int Start, int Length)>();
        regex.Match(text, 0, text.Length, matches);
        if (matches.Count == 0) return text;
        var result = new StringBuilder(text.Length);
        var position = 0;
        foreach (var (start, length) in matches)
        {
            result.Append(text, position, start - position).Append(replacement);
            position = start + length;
        }
        return result.Append(text, position, text.Length - position).ToString();
    }
}

/// <summary>Takes white space away at the ends.</summary>
internal sealed class Strip(bool left, bool right) : Normalizer
{
    public override string Normalize(string text)
    {
        if (left) text = text.TrimStart();
        return right ? text.TrimEnd() : text;
    }
}

/// <summary>Writes the bytes of the text in GPT-2's alphabet.</summary>
internal sealed class ByteLevelNormalizer : Normalizer
{
    public override string Normalize(string text) => ByteLevelAlphabet.Write(Encoding.UTF8.GetBytes(text));
}
