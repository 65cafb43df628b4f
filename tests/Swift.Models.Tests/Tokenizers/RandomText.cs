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

    private static Rune RandomRune(Random random)
    {
        while (true)
        {
            if (Rune.TryCreate(random.Next(3) == 0 ? random.Next(0x110000) : random.Next(0x3000), out var rune)) return rune;
        }
    }
}
