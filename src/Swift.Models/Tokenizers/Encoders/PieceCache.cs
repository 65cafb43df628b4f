using System.Collections.Concurrent;
using Swift.Models.Tokenizers.PreTokenizers;

namespace Swift.Models.Tokenizers.Encoders;

/// <summary>Ids of pieces seen before. Words repeat (Zipf), so most pieces are found here. Bounded, so that a long-lived server does not grow.</summary>
internal sealed class PieceCache
{
    private const int LargestCount = 1 << 16;
    private const int LongestPiece = 48;

    private readonly ConcurrentDictionary<string, int[]> cache = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private int count;

    public PieceCache() => lookup = cache.GetAlternateLookup<ReadOnlySpan<char>>();

    public bool TryGet(Piece piece, out int[] ids)
    {
        ids = [];
        return piece.Length <= LongestPiece && lookup.TryGetValue(piece.Span, out ids!);
    }

    public void Add(Piece piece, ReadOnlySpan<int> ids)
    {
        if (piece.Length <= LongestPiece && count < LargestCount && lookup.TryAdd(piece.Span, ids.ToArray()))
        {
            Interlocked.Increment(ref count);
        }
    }
}
