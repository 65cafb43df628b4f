using Swift.Models.Tokenizers.PreTokenizers;

namespace Swift.Models.Tokenizers.Encoders;

/// <summary>BERT's: the longest token that starts the rest of the word, again and again.</summary>
/// <param name="prefix">Marks tokens that do not start a word.</param>
internal sealed class WordPieceEncoder(Vocabulary vocabulary, int unknown, string prefix, int longestWord) : PieceEncoder
{
    public override void Encode(Piece piece, List<int> output)
    {
        var word = piece.Span;
        var start = output.Count;
        if (CountCharacters(word) > longestWord)
        {
            output.Add(unknown);
            return;
        }
        for (var position = 0; position < word.Length;)
        {
            var end = word.Length;
            var id = -1;
            while (end > position && !TryGetId(word[position..end], position > 0, out id)) end--;
            if (end == position)
            {
                // One unknown part makes the word unknown.
                output.RemoveRange(start, output.Count - start);
                output.Add(unknown);
                return;
            }
            output.Add(id);
            position = end;
        }
    }

    private bool TryGetId(ReadOnlySpan<char> part, bool inside, out int id) =>
        inside ? vocabulary.TryGetId(string.Concat(prefix, part), out id) : vocabulary.TryGetId(part, out id);

    private static int CountCharacters(ReadOnlySpan<char> word)
    {
        var count = 0;
        foreach (var _ in word.EnumerateRunes()) count++;
        return count;
    }
}

/// <summary>A token a word.</summary>
internal sealed class WordLevelEncoder(Vocabulary vocabulary, int? unknown) : PieceEncoder
{
    public override void Encode(Piece piece, List<int> output)
    {
        if (vocabulary.TryGetId(piece.Span, out var id)) output.Add(id);
        else if (unknown is { } unknownId) output.Add(unknownId);
    }
}
