namespace Swift.Fuzzing.Tests;

/// <summary>Damages bytes in the ways that find faults in readers. The same seed and number give the same input.</summary>
internal sealed class Mutator(IReadOnlyList<byte[]> corpus, IReadOnlyList<string> words, int seed)
{
    private const int LargestInput = 1 << 16;
    private static readonly ulong[] Edges = [0, 1, 127, 128, 255, 32767, 65535, int.MaxValue, uint.MaxValue, long.MaxValue, 1UL << 63, ulong.MaxValue];

    public byte[] Input(int number)
    {
        var random = new Random(HashCode(seed, number));
        var bytes = new List<byte>(corpus[random.Next(corpus.Count)]);
        for (var change = random.Next(1, 6); change > 0; change--)
            Change(bytes, random);
        return [.. bytes.Take(LargestInput)];
    }

    private void Change(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count + 1);
        var length = Math.Min(random.Next(1, 33), bytes.Count - at);
        switch (random.Next(8))
        {
            case 0 when length > 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when length > 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2 when bytes.Count - at >= 8:
                var edge = BitConverter.GetBytes(Edges[random.Next(Edges.Length)]);
                for (var i = 0; i < (random.Next(2) == 0 ? 4 : 8); i++)
                    bytes[at + i] = edge[i];
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 5:
                bytes.InsertRange(at, System.Text.Encoding.UTF8.GetBytes(words[random.Next(words.Count)]));
                break;
            case 6:
                var other = corpus[random.Next(corpus.Count)];
                bytes.InsertRange(at, other.Skip(random.Next(other.Length)).Take(random.Next(64)));
                break;
            default:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
        }
    }

    /// <summary>System.HashCode differs from process to process.</summary>
    private static int HashCode(int seed, int number) => unchecked((seed * 0x2545F491) ^ (number * 0x5851F42D + 0x14057B7E));
}
