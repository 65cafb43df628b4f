namespace Swift.Models.Tokenizers;

/// <summary>Which ids play which part.</summary>
/// <param name="Bos">Starts a text.</param>
/// <param name="Eos">Ends a text.</param>
/// <param name="Pad">Fills a batch.</param>
/// <param name="Stop">Every id that ends a completion.</param>
/// <param name="AddBos">A text starts with <paramref name="Bos"/>.</param>
/// <param name="AddEos">A whole text ends with <paramref name="Eos"/>.</param>
internal sealed record SpecialTokens(int? Bos, int? Eos, int? Pad, IReadOnlySet<int> Stop, bool AddBos, bool AddEos)
{
    /// <summary>Names under which vocabularies have the end of a turn or of a text. A completion ends with each of them.</summary>
    public static IReadOnlyList<string> EndNames { get; } =
    [
        "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|eom_id|>", "<|end_of_text|>", "<|end|>", "<end_of_turn>", "<|eot|>", "<|return|>",
        "<|call|>", "<｜end▁of▁sentence｜>", "<|END_OF_TURN_TOKEN|>",
    ];
}
