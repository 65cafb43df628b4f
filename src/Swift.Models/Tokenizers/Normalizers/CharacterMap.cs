using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Swift.Contracts.Experiments;

namespace Swift.Models.Tokenizers.Normalizers;

/// <summary>A normalisation table compiled by SentencePiece: a double-array trie (darts-clone) of what is replaced, and the replacements.</summary>
internal sealed class CharacterMap : Normalizer
{
    /// <summary>A grapheme of so many bytes is looked up as a whole.</summary>
    private const int LongestGrapheme = 5;

    private readonly uint[] trie;
    private readonly byte[] replacements;

    public CharacterMap(ReadOnlySpan<byte> compiled)
    {
        var trieLength = compiled.Length < 4 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(compiled);
        if (trieLength % 4 != 0 || trieLength == 0 || trieLength > compiled.Length - 4)
        {
            throw SwiftException.BadInput("tokenizer_invalid", "tokenizer.json: the precompiled character map is damaged.");
        }
        trie = new uint[trieLength / 4];
        for (var i = 0; i < trie.Length; i++)
        {
            trie[i] = BinaryPrimitives.ReadUInt32LittleEndian(compiled[(4 + (i * 4))..]);
        }
        replacements = compiled[(int)(4 + trieLength)..].ToArray();
    }

    public override string Normalize(string text)
    {
        var result = new StringBuilder(text.Length);
        var graphemes = StringInfo.GetTextElementEnumerator(text);
        while (graphemes.MoveNext())
        {
            var grapheme = graphemes.GetTextElement();
            if (Encoding.UTF8.GetByteCount(grapheme) <= LongestGrapheme && Replacement(grapheme) is { } whole)
            {
                result.Append(whole);
                continue;
            }
            foreach (var rune in grapheme.EnumerateRunes())
            {
                var character = rune.ToString();
                result.Append(Replacement(character) ?? character);
            }
        }
        return result.ToString();
    }

    /// <summary>What the shortest prefix in the table is replaced by; null where there is none.</summary>
    private string? Replacement(string text)
    {
        var node = Offset(trie[0]);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            node ^= value;
            if (value == 0 || node >= trie.Length || (trie[node] & 0x800000FF) != value) return null;
            var unit = trie[node];
            node ^= Offset(unit);
            if (((unit >> 8) & 1) == 0) continue;
            if (node >= trie.Length) return null;
            var start = (int)Math.Min(trie[node] & 0x7FFFFFFF, (uint)replacements.Length);
            var length = replacements.AsSpan(start).IndexOf((byte)0);
            return Encoding.UTF8.GetString(replacements.AsSpan(start, length < 0 ? replacements.Length - start : length));
        }
        return null;
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & (1 << 9)) >> 6);
}
