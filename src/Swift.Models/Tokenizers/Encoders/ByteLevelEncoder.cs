using System.Buffers;
using System.Text;
using Swift.Models.Tokenizers.PreTokenizers;

namespace Swift.Models.Tokenizers.Encoders;

/// <summary>Byte-pair encoding over the bytes of UTF-8 (GPT-2).</summary>
/// <param name="byteIds">The token of each byte; -1 where the vocabulary has none: such a byte is dropped.</param>
/// <param name="wholePieces">A piece that is a token is that token, whatever the merges give (<c>ignore_merges</c> of Llama 3); null = off.</param>
internal sealed class ByteLevelEncoder(int[] byteIds, MergeTable merges, Vocabulary? wholePieces) : PieceEncoder
{
    private readonly PieceCache cache = new();

    public override void Encode(Piece piece, List<int> output)
    {
        if (cache.TryGet(piece, out var known))
        {
            output.AddRange(known);
            return;
        }
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(piece.Length));
        var byteCount = Encoding.UTF8.GetBytes(piece.Span, bytes);
        if (wholePieces is not null && wholePieces.TryGetId(ByteLevelAlphabet.Write(bytes.AsSpan(0, byteCount)), out var whole))
        {
            cache.Add(piece, [whole]);
            output.Add(whole);
        }
        else
        {
            Merge(piece, bytes.AsSpan(0, byteCount), output);
        }
        ArrayPool<byte>.Shared.Return(bytes);
    }

    private void Merge(Piece piece, ReadOnlySpan<byte> bytes, List<int> output)
    {
        var ids = ArrayPool<int>.Shared.Rent(bytes.Length);
        var count = 0;
        foreach (var value in bytes)
        {
            if (byteIds[value] >= 0) ids[count++] = byteIds[value];
        }
        count = BytePairMerger.Merge(ids.AsSpan(0, count), merges);
        cache.Add(piece, ids.AsSpan(0, count));
        output.AddRange(ids.AsSpan(0, count));
        ArrayPool<int>.Shared.Return(ids);
    }
}
