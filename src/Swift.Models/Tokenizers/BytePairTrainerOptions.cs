namespace Swift.Models.Tokenizers;

/// <summary>What a byte-level vocabulary is trained to be.</summary>
public sealed record BytePairTrainerOptions
{
    /// <summary>Tokens in all: 256 bytes, merges, special tokens. A small corpus may give fewer.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>They get the last ids, in this order, and are never learned from nor split. They must hold ChatML's three, which the written configuration names.</summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];

    /// <summary>A pair is merged when it occurs at least so often.</summary>
    public int MinimumFrequency { get; init; } = 2;
}
