using System.Globalization;
using System.Text;

namespace Swift.Models.Tests.Tokenizers;

/// <summary>Strings as unlike each other as a tokenizer can meet: scripts, emoji, code, runs of spaces, control characters.</summary>
internal static class RandomText
{
    private static readonly string[] Pieces =
    [
        "hello", " world", "Swift's", " I'LL", "'ſ", " don't", "12345", " 3.14", "\n", "\r\n", "\n\n\n", "\t", "   ", "        ", "\u00a0", "\u3000", "\u2028", "\u0085",
        "é", "e\u0301", "ﬁ", "Å", "각", "\u1100\u1161\u11a8", "中文字符", "日本語", "ひらがな", "한국어", "العربية", "עברית", "हिन्दी", "ไทย", "ελληνικά", "Русский", "ქართული",
        "👍", "👩‍👩‍👧", "🏳️‍🌈", "🇩🇪", "𝒳𝓎", "𐐷", "𠮷", "𝟘𝟙", "٣٤", "Ⅷ", "²", "½", "for (int i = 0; i < n; i++) {", "}", "=>", "!=", "/* */", "<|im_end|>", "<|endoftext|>", "<|im_", "{\"a\": [1, 2]}",
        "\0", "\u0001", "\u007f", "\u200b", "\ufeff", "\ufffd", "$", "€", "…", "—", "'", "\"", "_", "a", "Z", "ſ", "K", ".", ",", "!", "?!", "://", "@", "#", "%",
    ];

    public static string Create(int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (var i = random.Next(1, 40); i > 0; i--)
        {
            text.Append(random.Next(8) == 0 ? RandomRune(random).ToString() : Pieces[random.Next(Pieces.Length)]);
        }
        return text.ToString();
    }

    /// <summary>A text in which halves of surrogate pairs stand alone, as JavaScript and .NET allow.</summary>
    public static string CreateWithLoneSurrogates(int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder(Create(seed));
        for (var i = random.Next(1, 5); i > 0; i--) text.Insert(random.Next(text.Length + 1), (char)random.Next(0xD800, 0xE000));
        return text.ToString();
    }

    /// <summary>Words and sentences of one block of Unicode after the other, so that every script is there.</summary>
    public static IEnumerable<string> EveryBlock()
    {
        for (var start = 0; start < 0x32000; start += 128)
        {
            var random = new Random(start);
            var text = new StringBuilder();
            for (var i = 0; i < 200; i++)
            {
                if (random.Next(6) == 0) text.Append(' ');
                // What Unicode has assigned lately is a letter to one engine and not yet to another.
                if (Rune.TryCreate(start + random.Next(128), out var rune) && Rune.GetUnicodeCategory(rune) != UnicodeCategory.OtherNotAssigned) text.Append(rune);
            }
            yield return text.ToString();
        }
    }

    private static Rune RandomRune(Random random)
    {
        while (true)
        {
            if (Rune.TryCreate(random.Next(3) == 0 ? random.Next(0x110000) : random.Next(0x3000), out var rune)) return rune;
        }
    }
}
