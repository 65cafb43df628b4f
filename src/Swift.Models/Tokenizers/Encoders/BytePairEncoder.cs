using System.Runtime.InteropServices;
using System.Text;
using Swift.Models.Tokenizers.PreTokenizers;

namespace Swift.Models.Tokenizers.Encoders;

/// <summary>How <see cref="BytePairEncoder"/> treats the ends of words and what the vocabulary lacks.</summary>
/// <param name="Unknown">The unknown token; null: such characters are dropped.</param>
/// <param name="FuseUnknown">Several unknown characters in a row are one token.</param>
/// <param name="Fallback">Tokens of bytes for characters outside the vocabulary; null = off.</param>
/// <param name="WordPrefix">Stands before every character of a word but the first.</param>
/// <param name="WordSuffix">Stands after the last character of a word.</param>
/// <param name="WholePieces">A piece that is a token is that token, whatever the merges give.</param>
internal sealed record BytePairOptions(int? Unknown, bool FuseUnknown, ByteFallback? Fallback, string WordPrefix, string WordSuffix, bool WholePieces);

/// <summary>Byte-pair encoding over characters (Sennrich et al., arXiv:1508.07909; as used by Llama 2 and Gemma with byte fallback).</summary>
internal sealed class BytePairEncoder(Vocabulary vocabulary, MergeTable merges, BytePairOptions options) : PieceEncoder
{
    private readonly PieceCache cache = new();

    public override void Encode(Piece piece, List<int> output)
    {
        if (cache.TryGet(piece, out var known))
        {
            output.AddRange(known);
            return;
        }
        if (options.WholePieces && vocabulary.TryGetId(piece.Span, out var whole))
        {
            output.Add(whole);
            return;
        }
        var symbols = Symbols(piece);
        var count = BytePairMerger.Merge(CollectionsMarshal.AsSpan(symbols), merges);
        var ids = CollectionsMarshal.AsSpan(symbols)[..count];
        cache.Add(piece, ids);
        output.AddRange(ids);
    }

    private List<int> Symbols(Piece piece)
    {
        var symbols = new List<int>(piece.Length);
        var span = piece.Span;
        var unknownPending = false;
        for (var i = 0; i < span.Length;)
        {
            Rune.DecodeFromUtf16(span[i..], out _, out var consumed);
            var character = span.Slice(i, consumed);
            var (first, last) = (i == 0, i + consumed == span.Length);
            i += consumed;
            if (TryGetSymbol(character, first, last, out var id))
            {
                if (unknownPending) symbols.Add(options.Unknown!.Value);
                unknownPending = false;
                symbols.Add(id);
            }
            else if (options.Fallback is null || !options.Fallback.TryAdd(character, symbols))
            {
                if (options.Unknown is not { } unknown) continue;
                if (unknownPending && !options.FuseUnknown) symbols.Add(unknown);
                unknownPending = true;
            }
        }
        if (unknownPending) symbols.Add(options.Unknown!.Value);
        return symbols;
    }

    private bool TryGetSymbol(ReadOnlySpan<char> character, bool first, bool last, out int id)
    {
        var prefix = first ? "" : options.WordPrefix;
        var suffix = last ? options.WordSuffix : "";
        return prefix.Length + suffix.Length == 0
            ? vocabulary.TryGetId(character, out id)
            : vocabulary.TryGetId(string.Concat(prefix, character, suffix), out id);
    }
}
