using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Swift.Models.Tokenizers.PreTokenizers;

/// <summary>
/// A tokenizer's regular expression over code points. .NET matches UTF-16 units and knows no category of a surrogate;
/// text beyond the basic plane is therefore matched in a projection with one unit a code point, in which such a code point
/// is replaced by one of the basic plane that has the same general category.
/// </summary>
internal sealed class CodePointRegex
{
    /// <summary>No honest pattern takes so long; a hostile one is stopped.</summary>
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Belongs to no category that a pattern names; stands for surrogates without a partner, too.</summary>
    private const char Unassigned = '\u0378';

    private readonly Regex regex;

    public CodePointRegex(string pattern)
    {
        regex = new Regex(RegexTranslation.ToDotNet(pattern), RegexOptions.Compiled | RegexOptions.CultureInvariant, MatchTimeout);
    }

    /// <summary>Adds the matches within a part of the text, in order, as ranges of the text.</summary>
    public void Match(string text, int start, int length, List<(int Start, int Length)> matches)
    {
        var span = text.AsSpan(start, length);
        if (span.ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            MatchProjection(span, start, matches);
            return;
        }
        foreach (var match in regex.EnumerateMatches(span))
        {
            if (match.Length > 0) matches.Add((start + match.Index, match.Length));
        }
    }

    private void MatchProjection(ReadOnlySpan<char> span, int start, List<(int Start, int Length)> matches)
    {
        var projection = ArrayPool<char>.Shared.Rent(span.Length);
        var offsets = ArrayPool<int>.Shared.Rent(span.Length + 1);
        var count = 0;
        for (var i = 0; i < span.Length; count++)
        {
            offsets[count] = i;
            if (char.IsSurrogate(span[i]))
            {
                var isPair = Rune.DecodeFromUtf16(span[i..], out var rune, out var consumed) == OperationStatus.Done;
                projection[count] = isPair ? Representative(rune) : Unassigned;
                i += consumed;
            }
            else
            {
                projection[count] = span[i++];
            }
        }
        offsets[count] = span.Length;
        foreach (var match in regex.EnumerateMatches(projection.AsSpan(0, count)))
        {
            if (match.Length == 0) continue;
            var from = offsets[match.Index];
            matches.Add((start + from, offsets[match.Index + match.Length] - from));
        }
        ArrayPool<char>.Shared.Return(projection);
        ArrayPool<int>.Shared.Return(offsets);
    }

    /// <summary>A unit of the same general category, and Han for Han; outside ASCII, Latin and the other ranges that patterns spell out.</summary>
    public static char Representative(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter => '\u0416',
        UnicodeCategory.LowercaseLetter => '\u0436',
        UnicodeCategory.TitlecaseLetter => '\u1F88',
        UnicodeCategory.ModifierLetter => '\u02B0',
        UnicodeCategory.OtherLetter when rune.Value is >= 0x20000 and <= 0x323AF or >= 0x2F800 and <= 0x2FA1F => '\u3400',
        UnicodeCategory.OtherLetter => '\u05D0',
        UnicodeCategory.NonSpacingMark => '\u0483',
        UnicodeCategory.SpacingCombiningMark => '\u0903',
        UnicodeCategory.EnclosingMark => '\u0488',
        UnicodeCategory.DecimalDigitNumber => '\u0661',
        UnicodeCategory.LetterNumber => '\u16EE',
        UnicodeCategory.OtherNumber => '\u09F4',
        UnicodeCategory.ConnectorPunctuation => '\u203F',
        UnicodeCategory.DashPunctuation => '\u2010',
        UnicodeCategory.OpenPunctuation => '\u0F3A',
        UnicodeCategory.ClosePunctuation => '\u0F3B',
        UnicodeCategory.InitialQuotePunctuation => '\u00AB',
        UnicodeCategory.FinalQuotePunctuation => '\u00BB',
        UnicodeCategory.OtherPunctuation => '\u055A',
        UnicodeCategory.MathSymbol => '\u2200',
        UnicodeCategory.CurrencySymbol => '\u058F',
        UnicodeCategory.ModifierSymbol => '\u02C2',
        UnicodeCategory.OtherSymbol => '\u06DE',
        UnicodeCategory.Format => '\u0600',
        UnicodeCategory.PrivateUse => '\uE000',
        _ => Unassigned,
    };
}
