namespace Swift.Models.Tokenizers.Decoders;

/// <summary>Makes text of ids.</summary>
internal abstract class TokenDecoder
{
    /// <param name="ids">Ids of the vocabulary, those to be skipped left out.</param>
    public abstract string Decode(ReadOnlySpan<int> ids);

    public abstract IncrementalDetokenizer CreateDetokenizer(Func<int, bool> skips);
}
