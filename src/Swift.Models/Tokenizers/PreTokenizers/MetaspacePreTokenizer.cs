namespace Swift.Models.Tokenizers.PreTokenizers;

/// <summary>Where SentencePiece's stand-in for a space is put in front.</summary>
internal enum PrependScheme
{
    Never,
    /// <summary>Of the whole text.</summary>
    First,
    /// <summary>Of every piece.</summary>
    Always,
}

/// <summary>Writes spaces as a visible character, and cuts before each.</summary>
internal sealed class MetaspacePreTokenizer(char replacement, PrependScheme prepend, bool split) : PreTokenizer
{
    private readonly SplitPreTokenizer splitter = SplitPreTokenizer.ByText(replacement.ToString(), SplitBehavior.MergedWithNext);

    public override void Split(Piece piece, bool atStart, List<Piece> output)
    {
        var text = piece.Span.ToString().Replace(' ', replacement);
        if ((prepend == PrependScheme.Always || (prepend == PrependScheme.First && atStart)) && !text.StartsWith(replacement))
        {
            text = replacement + text;
        }
        var written = new Piece(text, 0, text.Length);
        if (split) splitter.Split(written, atStart, output);
        else output.Add(written);
    }
}
