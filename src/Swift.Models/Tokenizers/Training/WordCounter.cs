using System.Runtime.InteropServices;
using Swift.Models.Tokenizers.Normalizers;
using Swift.Models.Tokenizers.PreTokenizers;

namespace Swift.Models.Tokenizers.Training;

/// <summary>How often every word occurs: the pieces between which no merge crosses.</summary>
internal static class WordCounter
{
    public static Dictionary<string, long> Count(IEnumerable<string> texts, IReadOnlyList<string> specialTokens, CancellationToken ct)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        var matcher = new AddedTokenMatcher(specialTokens.Select((content, id) =>
            (content, new AddedToken(id, content, SingleWord: false, LStrip: false, RStrip: false, Normalized: false, Special: true))));
        var scanner = WordScanner.Of(WordPatterns.Qwen2)!;
        var matches = new List<(int Start, int Length)>();
        foreach (var text in texts)
        {
            ct.ThrowIfCancellationRequested();
            var whole = text;
            var position = 0;
            while (position < whole.Length)
            {
                var found = matcher.TryFind(whole, position, withSpecial: true, out _, out var start, out var end);
                CountPart(UnicodeNormalization.Normalize(found ? whole[position..start] : whole[position..], compose: true, compatibility: false));
                position = found ? end : whole.Length;
            }
        }
        return counts;

        void CountPart(string part)
        {
            matches.Clear();
            scanner.Match(part, 0, part.Length, matches);
            foreach (var (start, length) in matches)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(lookup, part.AsSpan(start, length), out _)++;
            }
        }
    }
}
