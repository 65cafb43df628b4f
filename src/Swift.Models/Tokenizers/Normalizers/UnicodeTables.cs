using System.Globalization;
using System.Text;

namespace Swift.Models.Tokenizers.Normalizers;

/// <summary>
/// Decompositions, compositions and combining classes. They are our own because .NET leaves text unnormalised in the
/// invariant mode that this product runs in, and because ids must not depend on a machine's ICU.
/// </summary>
internal sealed class UnicodeTables
{
    private readonly Dictionary<int, Rune[]> canonical = [];
    private readonly Dictionary<int, Rune[]> compatibility = [];
    private readonly Dictionary<long, int> compositions = [];
    private readonly Dictionary<int, byte> classes = [];
    private readonly bool[] inert = new bool[0x10000];

    private UnicodeTables()
    {
        Read();
        Array.Fill(inert, true);
        var composing = compositions.Keys.Select(pair => (int)(pair & 0x1FFFFF));
        foreach (var codePoint in canonical.Keys.Concat(compatibility.Keys).Concat(classes.Keys).Concat(composing))
        {
            if (codePoint < inert.Length) inert[codePoint] = false;
        }
        // Hangul, and surrogates, whose code points need a look.
        Array.Fill(inert, false, 0x1100, 0x100);
        Array.Fill(inert, false, 0xAC00, 0xD7A4 - 0xAC00);
        Array.Fill(inert, false, 0xD800, 0x800);
    }

    public static UnicodeTables Instance { get; } = new();

    /// <summary>No normalisation form changes this UTF-16 unit, whatever surrounds it.</summary>
    public bool IsInert(char unit) => inert[unit];

    public byte CombiningClass(int codePoint) => classes.GetValueOrDefault(codePoint);

    public Rune[]? Decomposition(int codePoint, bool compatible) =>
        compatible && compatibility.TryGetValue(codePoint, out var mapped) ? mapped : canonical.GetValueOrDefault(codePoint);

    /// <summary>The primary composite of two code points; -1 when there is none.</summary>
    public int Compose(int first, int second) => compositions.GetValueOrDefault(((long)first << 21) | (uint)second, -1);

    private void Read()
    {
        using var stream = typeof(UnicodeTables).Assembly.GetManifestResourceStream("Swift.Models.UnicodeNormalization.txt")
            ?? throw new InvalidOperationException("The Unicode normalisation table is not in the assembly.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var composed = new List<(int CodePoint, Rune[] Decomposition)>();
        var section = "";
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            if (line.StartsWith('@'))
            {
                section = line[1..];
                continue;
            }
            foreach (var entry in line.Split(';'))
            {
                ReadEntry(section, entry.Split(' '), composed);
            }
        }
        AddCompositions(composed);
    }

    private void ReadEntry(string section, string[] fields, List<(int, Rune[])> composed)
    {
        if (section == "classes")
        {
            for (var codePoint = Hex(fields[0]); codePoint <= Hex(fields[1]); codePoint++)
            {
                classes.Add(codePoint, (byte)Hex(fields[2]));
            }
            return;
        }
        var key = Hex(fields[0].TrimEnd('!'));
        var decomposition = Array.ConvertAll(fields[1..], field => new Rune(Hex(field)));
        if (section == "compatibility")
        {
            compatibility.Add(key, decomposition);
            return;
        }
        canonical.Add(key, decomposition);
        if (!fields[0].EndsWith('!')) composed.Add((key, decomposition));
    }

    /// <summary>A composite's pair is its last code point and the composite of all before it.</summary>
    private void AddCompositions(List<(int CodePoint, Rune[] Decomposition)> composed)
    {
        foreach (var (codePoint, decomposition) in composed.OrderBy(entry => entry.Decomposition.Length))
        {
            var first = decomposition[0].Value;
            foreach (var rune in decomposition.AsSpan(1..^1))
            {
                first = Compose(first, rune.Value);
            }
            compositions[((long)first << 21) | (uint)decomposition[^1].Value] = codePoint;
        }
    }

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
