namespace Swift.Models.Tokenizers.PreTokenizers;

/// <summary>A stretch of text that the model encodes by itself.</summary>
internal readonly record struct Piece(string Text, int Start, int Length)
{
    public ReadOnlySpan<char> Span => Text.AsSpan(Start, Length);

    public Piece Slice(int start, int length) => new(Text, Start + start, length);
}

/// <summary>Cuts pieces into smaller ones.</summary>
internal abstract class PreTokenizer
{
    /// <param name="atStart">The piece stands at the start of the whole text.</param>
    public abstract void Split(Piece piece, bool atStart, List<Piece> output);
}

/// <summary>One after the other, each cutting what the one before left.</summary>
internal sealed class PreTokenizerSequence(IReadOnlyList<PreTokenizer> steps) : PreTokenizer
{
    public override void Split(Piece piece, bool atStart, List<Piece> output)
    {
        if (steps.Count == 1)
        {
            steps[0].Split(piece, atStart, output);
            return;
        }
        var current = new List<Piece> { piece };
        var next = new List<Piece>();
        foreach (var step in steps)
        {
            next.Clear();
            for (var i = 0; i < current.Count; i++)
            {
                step.Split(current[i], atStart && i == 0, next);
            }
            (current, next) = (next, current);
        }
        output.AddRange(current);
    }
}
