namespace Swift.Models.Tokenizers.PreTokenizers;

/// <summary>GPT-2's: cuts by its pattern and may put a space in front. Its alphabet is applied by the model, which works on bytes.</summary>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, bool useRegex) : PreTokenizer
{
    private const string Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private readonly SplitPreTokenizer? split = useRegex ? SplitPreTokenizer.ByRegex(Pattern) : null;

    public override void Split(Piece piece, bool atStart, List<Piece> output)
    {
        if (addPrefixSpace && !piece.Span.StartsWith(' '))
        {
            piece = new Piece(string.Concat(" ", piece.Span), 0, piece.Length + 1);
        }
        if (split is null) output.Add(piece);
        else split.Split(piece, atStart, output);
    }
}
