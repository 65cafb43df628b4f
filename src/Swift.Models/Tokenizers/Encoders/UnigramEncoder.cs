using System.Text;
using Swift.Models.Tokenizers.PreTokenizers;

namespace Swift.Models.Tokenizers.Encoders;

/// <summary>The most probable segmentation under a unigram model (Kudo, arXiv:1804.10959), by Viterbi.</summary>
internal sealed class UnigramEncoder : PieceEncoder
{
    /// <summary>An unknown character costs so much more than the least probable token.</summary>
    private const double UnknownPenalty = 10;

    private readonly Dictionary<ulong, int> children = [];
    private readonly List<(int Id, double Score)> nodes = [(-1, 0)];
    private readonly int? unknown;
    private readonly double unknownScore;
    private readonly ByteFallback? fallback;
    private readonly PieceCache cache = new();

    public UnigramEncoder(IReadOnlyList<(string Token, double Score)> tokens, int? unknown, ByteFallback? fallback)
    {
        this.unknown = unknown;
        this.fallback = fallback;
        for (var id = 0; id < tokens.Count; id++)
        {
            var node = 0;
            foreach (var unit in tokens[id].Token)
            {
                var key = Key(node, unit);
                if (!children.TryGetValue(key, out var next))
                {
                    next = nodes.Count;
                    children.Add(key, next);
                    nodes.Add((-1, 0));
                }
                node = next;
            }
            if (node != 0) nodes[node] = (id, tokens[id].Score);
        }
        unknownScore = (tokens.Count == 0 ? 0 : tokens.Min(token => token.Score)) - UnknownPenalty;
    }

    public override void Encode(Piece piece, List<int> output)
    {
        if (cache.TryGet(piece, out var known))
        {
            output.AddRange(known);
            return;
        }
        var start = output.Count;
        AddSegments(piece.Span, output);
        cache.Add(piece, output.Skip(start).ToArray());
    }

    private static ulong Key(int node, char unit) => ((ulong)(uint)node << 16) | unit;

    private void AddSegments(ReadOnlySpan<char> text, List<int> output)
    {
        var best = new (double Score, int Start, int Id)[text.Length + 1];
        Array.Fill(best, (double.NegativeInfinity, -1, -1), 1, text.Length);
        for (var start = 0; start < text.Length;)
        {
            Rune.DecodeFromUtf16(text[start..], out _, out var characterLength);
            var before = best[start].Score;
            var hasCharacter = false;
            var node = 0;
            for (var end = start; end < text.Length && children.TryGetValue(Key(node, text[end]), out node); end++)
            {
                var (id, score) = nodes[node];
                if (id < 0) continue;
                if (best[end + 1].Start < 0 || before + score > best[end + 1].Score) best[end + 1] = (before + score, start, id);
                hasCharacter |= end + 1 - start == characterLength;
            }
            var next = start + characterLength;
            if (!hasCharacter && (best[next].Start < 0 || before + unknownScore > best[next].Score)) best[next] = (before + unknownScore, start, -1);
            start = next;
        }
        AddBackwards(text, best, output);
    }

    private void AddBackwards(ReadOnlySpan<char> text, (double Score, int Start, int Id)[] best, List<int> output)
    {
        var segments = new List<(int Start, int End, int Id)>();
        for (var end = text.Length; end > 0; end = best[end].Start)
        {
            var (_, start, id) = best[end];
            // Unknown neighbours are one.
            if (id < 0 && segments.Count > 0 && segments[^1].Id < 0) segments[^1] = (start, segments[^1].End, -1);
            else segments.Add((start, end, id));
        }
        for (var i = segments.Count - 1; i >= 0; i--)
        {
            var (start, end, id) = segments[i];
            if (id >= 0) output.Add(id);
            else if ((fallback is null || !fallback.TryAdd(text[start..end], output)) && unknown is { } unknownId) output.Add(unknownId);
        }
    }
}
