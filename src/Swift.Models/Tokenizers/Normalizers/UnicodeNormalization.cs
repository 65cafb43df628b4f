using System.Text;

namespace Swift.Models.Tokenizers.Normalizers;

/// <summary>The normalisation forms of Unicode Standard Annex 15.</summary>
internal static class UnicodeNormalization
{
    private const int HangulBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TailBase = 0x11A7;
    private const int LeadCount = 19, VowelCount = 21, TailCount = 28, HangulCount = LeadCount * VowelCount * TailCount;

    /// <summary>The text in NFC, NFD (<paramref name="compose"/> false), NFKC or NFKD. Surrogates must be paired.</summary>
    public static string Normalize(string text, bool compose, bool compatibility)
    {
        // Text below U+0300 composes with nothing and is NFC; most text ends here.
        if (compose && !compatibility && !text.AsSpan().ContainsAnyExceptInRange('\0', '\u02FF')) return text;
        var tables = UnicodeTables.Instance;
        if (IsInert(text, tables)) return text;

        var runes = Decompose(text, compatibility, tables);
        Reorder(runes, tables);
        if (compose) Compose(runes, tables);
        var result = new StringBuilder(text.Length);
        foreach (var rune in runes)
        {
            result.Append(rune);
        }
        return result.ToString();
    }

    private static bool IsInert(string text, UnicodeTables tables)
    {
        foreach (var unit in text)
        {
            if (!tables.IsInert(unit)) return false;
        }
        return true;
    }

    private static List<Rune> Decompose(string text, bool compatibility, UnicodeTables tables)
    {
        var runes = new List<Rune>(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            var syllable = rune.Value - HangulBase;
            if (syllable is >= 0 and < HangulCount)
            {
                runes.Add(new Rune(LeadBase + syllable / (VowelCount * TailCount)));
                runes.Add(new Rune(VowelBase + syllable / TailCount % VowelCount));
                if (syllable % TailCount != 0) runes.Add(new Rune(TailBase + syllable % TailCount));
            }
            else if (tables.Decomposition(rune.Value, compatibility) is { } decomposition)
            {
                runes.AddRange(decomposition);
            }
            else
            {
                runes.Add(rune);
            }
        }
        return runes;
    }

    /// <summary>Sorts every run of combining marks by class, stably. A long run is sorted in n log n, so that it cannot stall us.</summary>
    private static void Reorder(List<Rune> runes, UnicodeTables tables)
    {
        for (var start = 0; start < runes.Count; start++)
        {
            if (tables.CombiningClass(runes[start].Value) == 0) continue;
            var end = start + 1;
            while (end < runes.Count && tables.CombiningClass(runes[end].Value) != 0) end++;
            if (end - start > 1)
            {
                var sorted = runes.GetRange(start, end - start).OrderBy(rune => tables.CombiningClass(rune.Value)).ToList();
                for (var i = 0; i < sorted.Count; i++) runes[start + i] = sorted[i];
            }
            start = end;
        }
    }

    private static void Compose(List<Rune> runes, UnicodeTables tables)
    {
        var starter = -1;
        var written = 0;
        var lastClass = -1;
        for (var read = 0; read < runes.Count; read++)
        {
            var rune = runes[read];
            var combiningClass = tables.CombiningClass(rune.Value);
            // Blocked when something of the same or a higher class stands between it and the starter.
            var composite = starter >= 0 && lastClass < combiningClass ? ComposePair(runes[starter].Value, rune.Value, tables) : -1;
            if (composite >= 0)
            {
                runes[starter] = new Rune(composite);
                continue;
            }
            if (combiningClass == 0)
            {
                starter = written;
                lastClass = -1;
            }
            else
            {
                lastClass = combiningClass;
            }
            runes[written++] = rune;
        }
        runes.RemoveRange(written, runes.Count - written);
    }

    private static int ComposePair(int first, int second, UnicodeTables tables)
    {
        if (first - LeadBase is >= 0 and < LeadCount && second - VowelBase is >= 0 and < VowelCount)
        {
            return HangulBase + ((first - LeadBase) * VowelCount + second - VowelBase) * TailCount;
        }
        if (first - HangulBase is >= 0 and < HangulCount && (first - HangulBase) % TailCount == 0 && second - TailBase is > 0 and < TailCount)
        {
            return first + second - TailBase;
        }
        return tables.Compose(first, second);
    }
}
