using System.Text;
using System.Text.RegularExpressions;

namespace Swift.Models.Tests.Tokenizers;

/// <summary>Byte-pair training as the paper states it: count every pair anew before every merge.</summary>
internal static class BruteForceBytePairs
{
    private const string Alphabet =
        "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~¡¢£¤¥¦§¨©ª«¬®¯°±²³´µ¶·¸¹º»¼½¾¿" +
        "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ";

    public static List<string> Merges(IEnumerable<string> texts, int tokenLimit)
    {
        // For texts of the basic plane and emoji the .NET pattern is the same as over code points.
        var pattern = new Regex(@"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+");
        var words = new List<List<string>>();
        foreach (var text in texts.SelectMany(text => Regex.Split(text, @"<\|im_start\|>|<\|im_end\|>|<\|endoftext\|>")))
        {
            words.AddRange(pattern.Matches(text).Select(match => Encoding.UTF8.GetBytes(match.Value).Select(Letter).ToList()));
        }
        var ids = Enumerable.Range(0, 256).Select(value => Letter((byte)value)).OrderBy(letter => letter, StringComparer.Ordinal)
            .Select((letter, id) => (letter, id)).ToDictionary(entry => entry.letter, entry => entry.id);
        var merges = new List<string>();
        while (ids.Count < tokenLimit)
        {
            var best = words.SelectMany(word => word.Zip(word.Skip(1))).GroupBy(pair => pair).Where(group => group.Count() >= 2)
                .OrderByDescending(group => group.Count()).ThenBy(group => ids[group.Key.First]).ThenBy(group => ids[group.Key.Second]).FirstOrDefault();
            if (best is null) break;
            var (left, right) = best.Key;
            merges.Add($"{left} {right}");
            ids.TryAdd(left + right, ids.Count);
            foreach (var word in words)
            {
                for (var i = 0; i + 1 < word.Count; i++)
                {
                    if (word[i] != left || word[i + 1] != right) continue;
                    word[i] = left + right;
                    word.RemoveAt(i + 1);
                }
            }
        }
        return merges;
    }

    private static string Letter(byte value)
    {
        if (Alphabet.Contains((char)value)) return ((char)value).ToString();
        var others = Enumerable.Range(0, 256).Where(other => !Alphabet.Contains((char)other)).ToList();
        return ((char)(256 + others.IndexOf(value))).ToString();
    }
}
