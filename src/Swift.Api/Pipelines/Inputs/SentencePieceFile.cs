namespace Swift.Api.Pipelines.Inputs;

/// <summary>
/// The size of the vocabulary in a SentencePiece model (sentencepiece_model.proto, in protocol buffers' wire format): field 1 is a
/// piece, and occurs once for each id.
/// </summary>
internal static class SentencePieceFile
{
    private const int Pieces = 1;
    private const long LargestFile = 1 << 28;

    /// <returns>The number of pieces; null with <paramref name="problem"/> set when the file is of no use.</returns>
    public static int? Size(string path, out string? problem)
    {
        if (new FileInfo(path).Length > LargestFile)
        {
            problem = $"{path} is no SentencePiece model: it is larger than {LargestFile >> 20} MiB.";
            return null;
        }
        var pieces = Count(File.ReadAllBytes(path));
        problem = pieces switch
        {
            null => $"{path} is no SentencePiece model, or a damaged one.",
            0 => $"{path} is no SentencePiece model: it holds no pieces.",
            _ => null,
        };
        return problem is null ? pieces : null;
    }

    /// <summary>Null where the bytes are no message.</summary>
    private static int? Count(ReadOnlySpan<byte> bytes)
    {
        var pieces = 0;
        while (!bytes.IsEmpty)
        {
            if (!TryReadNumber(ref bytes, out var key)) return null;
            var length = 0UL;
            switch (key & 7)
            {
                case 0 when TryReadNumber(ref bytes, out _):
                    break;
                case 1:
                    length = 8;
                    break;
                case 2 when TryReadNumber(ref bytes, out length):
                    if (key >> 3 == Pieces) pieces++;
                    break;
                case 5:
                    length = 4;
                    break;
                default:
                    return null;
            }
            if (length > (ulong)bytes.Length) return null;
            bytes = bytes[(int)length..];
        }
        return pieces;
    }

    private static bool TryReadNumber(ref ReadOnlySpan<byte> bytes, out ulong number)
    {
        number = 0;
        for (var i = 0; i < Math.Min(bytes.Length, 10); i++)
        {
            number |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] >= 0x80) continue;
            bytes = bytes[(i + 1)..];
            return true;
        }
        return false;
    }
}
