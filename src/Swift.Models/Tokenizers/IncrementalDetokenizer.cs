namespace Swift.Models.Tokenizers;

/// <summary>Decodes a growing sequence. What it has returned so far, and <see cref="Finish"/>, are together the text of the sequence; a character is never cut.</summary>
public abstract class IncrementalDetokenizer
{
    /// <summary>Takes the next token and returns the text that is now certain; empty in the middle of a character.</summary>
    public abstract string Append(int id);

    /// <summary>Returns what is left: U+FFFD for a character that never ended.</summary>
    public abstract string Finish();
}
