using System.Globalization;
using System.Text;

namespace Swift.Models.Tokenizers.Normalizers;

/// <summary>Drops combining marks; an NFD before it makes them of accents.</summary>
internal sealed class StripAccents : Normalizer
{
    public override string Normalize(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsMark(Rune.GetUnicodeCategory(rune))) result.Append(rune);
        }
        return result.ToString();
    }

    private static bool IsMark(UnicodeCategory category) =>
        category is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
}

/// <summary>BERT's: drops control characters, makes white space spaces, puts spaces around Chinese characters, drops accents, lowers.</summary>
internal sealed class BertNormalizer(bool cleanText, bool handleChinese, bool stripAccents, bool lowercase) : Normalizer
{
    private readonly Lowercase lower = new();

    public override string Normalize(string text)
    {
        if (cleanText) text = Clean(text);
        if (handleChinese) text = SpaceChinese(text);
        if (stripAccents) text = WithoutAccents(text);
        return lowercase ? lower.Normalize(text) : text;
    }

    private static string Clean(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\t' or '\n' or '\r' || Rune.IsWhiteSpace(rune)) result.Append(' ');
            else if (rune.Value is not (0 or 0xFFFD) && !IsControl(rune)) result.Append(rune);
        }
        return result.ToString();
    }

    private static bool IsControl(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse;

    private static string SpaceChinese(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsChinese(rune.Value)) result.Append(' ').Append(rune).Append(' ');
            else result.Append(rune);
        }
        return result.ToString();
    }

    private static bool IsChinese(int codePoint) => codePoint is
        (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);

    private static string WithoutAccents(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in UnicodeNormalization.Normalize(text, compose: false, compatibility: false).EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark) result.Append(rune);
        }
        return result.ToString();
    }
}

/// <summary>SentencePiece's <c>nmt</c> rules: control characters go, and kinds of white space become spaces.</summary>
internal sealed class NmtNormalizer : Normalizer
{
    public override string Normalize(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var unit in text)
        {
            switch (unit)
            {
                case (>= '\u0001' and <= '\u0008') or '\u000B' or (>= '\u000E' and <= '\u001F') or '\u007F' or '\u008F' or '\u009F':
                    break;
                case '\t' or '\n' or '\f' or '\r' or '\u1680' or (>= '\u200B' and <= '\u200F') or '\u2028' or '\u2029' or '\u2581' or '\uFEFF' or '\uFFFD':
                    result.Append(' ');
                    break;
                default:
                    result.Append(unit);
                    break;
            }
        }
        return result.ToString();
    }
}
