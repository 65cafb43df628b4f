using System.Globalization;

namespace Swift.Models.Tokenizers.Encoders;

/// <summary>SentencePiece's tokens for single bytes, <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c>.</summary>
internal sealed class ByteFallback
{
    private readonly int[] ids = new int[256];

    private ByteFallback()
    {
    }

    /// <summary>The byte tokens of a vocabulary; those it lacks cannot be used.</summary>
    public static ByteFallback Of(Vocabulary vocabulary)
    {
        var fallback = new ByteFallback();
        for (var value = 0; value < 256; value++)
        {
            fallback.ids[value] = vocabulary.IdOf($"<0x{value:X2}>") ?? -1;
        }
        return fallback;
    }

    /// <summary>Adds a character's bytes; false, and nothing added, when the vocabulary lacks one of them.</summary>
    public bool TryAdd(ReadOnlySpan<char> text, List<int> output)
    {
        Span<byte> bytes = stackalloc byte[4];
        var start = output.Count;
        foreach (var rune in text.EnumerateRunes())
        {
            var count = rune.EncodeToUtf8(bytes);
            foreach (var value in bytes[..count])
            {
                if (ids[value] < 0)
                {
                    output.RemoveRange(start, output.Count - start);
                    return false;
                }
                output.Add(ids[value]);
            }
        }
        return true;
    }

    /// <summary>The byte that a token stands for.</summary>
    public static bool TryParse(string token, out byte value)
    {
        value = 0;
        return token is ['<', '0', 'x', _, _, '>'] && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
