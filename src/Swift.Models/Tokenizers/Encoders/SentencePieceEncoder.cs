using System.Text;
using Swift.Models.Tokenizers.PreTokenizers;

namespace Swift.Models.Tokenizers.Encoders;

/// <summary>SentencePiece's BPE: of all neighbours that together are a token, the pair whose token has the best score is joined first, the leftmost of equals.</summary>
/// <param name="scores">By id.</param>
/// <param name="fallback">For characters outside the vocabulary; where it lacks their bytes they are <paramref name="unknown"/>.</param>
internal sealed class SentencePieceEncoder(Vocabulary vocabulary, IReadOnlyList<float> scores, ByteFallback fallback, int? unknown) : PieceEncoder
{
    private readonly record struct Priority(float Score, int Position) : IComparable<Priority>
    {
        public int CompareTo(Priority other)
        {
            var byScore = other.Score.CompareTo(Score);
            return byScore != 0 ? byScore : Position.CompareTo(other.Position);
        }
    }

    private readonly PieceCache cache = new();

    public override void Encode(Piece piece, List<int> output)
    {
        if (cache.TryGet(piece, out var known))
        {
            output.AddRange(known);
            return;
        }
        var start = output.Count;
        Join(piece.Span, output);
        cache.Add(piece, output.GetRange(start, output.Count - start).ToArray());
    }

    private void Join(ReadOnlySpan<char> text, List<int> output)
    {
        // A symbol is known by its first position; its end is the next one's beginning.
        var next = new int[text.Length + 1];
        var previous = new int[text.Length + 1];
        var alive = new bool[text.Length + 1];
        for (int i = 0, last = -1; i < text.Length; last = i, i = next[i])
        {
            Rune.DecodeFromUtf16(text[i..], out _, out var consumed);
            (next[i], previous[i], alive[i]) = (i + consumed, last, true);
        }
        var queue = new PriorityQueue<(int Left, int Right, int End), Priority>();
        for (var i = 0; i < text.Length && next[i] < text.Length; i = next[i])
        {
            Push(text, i, next[i], next[next[i]], queue);
        }
        while (queue.TryDequeue(out var pair, out _))
        {
            var (left, right, end) = pair;
            if (!alive[left] || !alive[right] || next[left] != right || next[right] != end) continue;
            alive[right] = false;
            next[left] = end;
            if (end < text.Length)
            {
                previous[end] = left;
                Push(text, left, end, next[end], queue);
            }
            if (previous[left] >= 0) Push(text, previous[left], left, end, queue);
        }
        for (var i = 0; i < text.Length; i = next[i])
        {
            var symbol = text[i..next[i]];
            if (vocabulary.TryGetId(symbol, out var id)) output.Add(id);
            else if (!fallback.TryAdd(symbol, output) && unknown is { } unknownId) output.Add(unknownId);
        }
    }

    private void Push(ReadOnlySpan<char> text, int left, int right, int end, PriorityQueue<(int, int, int), Priority> queue)
    {
        if (vocabulary.TryGetId(text[left..end], out var id)) queue.Enqueue((left, right, end), new Priority(id < scores.Count ? scores[id] : 0, left));
    }
}
