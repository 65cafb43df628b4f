using System.Globalization;
using System.Text;

namespace Swift.Models.Tokenizers.PreTokenizers;

/// <summary>Kinds of characters at which pre-tokenizers cut.</summary>
internal static class CharacterClasses
{
    /// <summary>Words and runs of other characters, as Rust's <c>\w+|[^\w\s]+</c> has them; .NET's <c>\w</c> is narrower.</summary>
    public const string WordsAndOthers =
        @"[\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\u200C\u200D\u24B6-\u24E9]+|[^\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\u200C\u200D\u24B6-\u24E9\s]+";

    public static bool IsPunctuation(Rune rune) =>
        rune.Value is (>= '!' and <= '/') or (>= ':' and <= '@') or (>= '[' and <= '`') or (>= '{' and <= '~')
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation
            or UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation;
}
