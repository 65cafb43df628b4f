using System.Text;

namespace Swift.Models.Tokenizers;

/// <summary>GPT-2's printable stand-ins for the 256 bytes, in which byte-level vocabularies are written.</summary>
internal static class ByteLevelAlphabet
{
    private static readonly char[] Characters = CreateCharacters();
    private static readonly short[] Bytes = CreateBytes();

    /// <summary>The bytes in the order of their characters: the order of GPT-2's vocabulary.</summary>
    public static IReadOnlyList<byte> Order { get; } =
        [.. Enumerable.Range(0, 256).Select(value => (byte)value).OrderBy(value => Characters[value])];

    public static char ToCharacter(byte value) => Characters[value];

    /// <summary>Writes UTF-8 bytes in the alphabet.</summary>
    public static string Write(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var value in bytes)
        {
            text.Append(Characters[value]);
        }
        return text.ToString();
    }

    /// <summary>The bytes that a token stands for. A token with a character outside the alphabet stands for itself.</summary>
    public static byte[] Read(string token)
    {
        var bytes = new byte[token.Length];
        for (var i = 0; i < token.Length; i++)
        {
            if (token[i] >= Bytes.Length || Bytes[token[i]] < 0) return Encoding.UTF8.GetBytes(token);
            bytes[i] = (byte)Bytes[token[i]];
        }
        return bytes;
    }

    private static char[] CreateCharacters()
    {
        var characters = new char[256];
        var next = 256;
        for (var value = 0; value < 256; value++)
        {
            var printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            characters[value] = (char)(printable ? value : next++);
        }
        return characters;
    }

    private static short[] CreateBytes()
    {
        var bytes = new short[Characters.Max() + 1];
        Array.Fill(bytes, (short)-1);
        for (var value = 0; value < 256; value++)
        {
            bytes[Characters[value]] = (short)value;
        }
        return bytes;
    }
}
