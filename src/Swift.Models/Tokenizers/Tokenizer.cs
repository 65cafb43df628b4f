namespace Swift.Models.Tokenizers;

/// <summary>Turns text into the token ids of one vocabulary, and back. Safe to use from several threads.</summary>
public abstract class Tokenizer
{
    /// <summary>One more than the largest id; a model's embedding has at least so many rows.</summary>
    public abstract int VocabularySize { get; }

    public abstract int? BosTokenId { get; }

    public abstract int? EosTokenId { get; }

    /// <summary>Every id that ends a completion: the end token and the end of a turn, where the vocabulary has both.</summary>
    public abstract IReadOnlySet<int> StopTokenIds { get; }

    /// <summary>The padding token; the end token where the vocabulary names none, and 0 where it has neither.</summary>
    public abstract int PadTokenId { get; }

    /// <summary>A text starts with <see cref="BosTokenId"/>; <see cref="Encode"/> leaves that to the caller, because a chat template writes it itself.</summary>
    public abstract bool AddBos { get; }

    /// <summary>Ids of a text, without anything that surrounds a whole text. A lone surrogate is in no vocabulary; its bytes are those of U+FFFD.</summary>
    /// <param name="parseSpecialTokens"><c>false</c>: a special token's name in the text is plain text, as text of strangers should be.</param>
    public abstract int[] Encode(string text, bool parseSpecialTokens = true);

    /// <summary>Ids of a whole text, with the tokens that the model expects around it (Hugging Face's <c>add_special_tokens=True</c>).</summary>
    public abstract int[] EncodeWithSpecialTokens(string text);

    /// <summary>Text of ids; bytes that are no UTF-8 become U+FFFD. Ids outside the vocabulary have no text.</summary>
    public abstract string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true);

    /// <summary>Decodes one sequence token by token.</summary>
    public abstract IncrementalDetokenizer CreateDetokenizer(bool skipSpecialTokens = true);

    /// <summary>The id of a token by its content in the vocabulary; null where there is none.</summary>
    public abstract int? TokenToId(string token);

    /// <summary>A token's content in the vocabulary; null outside it.</summary>
    public abstract string? IdToToken(int id);
}
