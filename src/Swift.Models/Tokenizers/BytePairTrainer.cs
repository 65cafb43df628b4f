using Swift.Contracts.Experiments;
using Swift.Models.Tokenizers.Training;

namespace Swift.Models.Tokenizers;

/// <summary>Trains a byte-level BPE (Sennrich et al., arXiv:1508.07909) with Qwen2's word pattern and NFC.</summary>
public static class BytePairTrainer
{
    /// <summary>
    /// Counts the words of the texts, merges the most frequent pair until the vocabulary is full, and writes <c>tokenizer.json</c>
    /// and <c>tokenizer_config.json</c> (with ChatML as the chat template). Of equally frequent pairs the one with the
    /// smaller left id is merged, then the one with the smaller right id; so the same texts, in whatever order, give the same bytes.
    /// </summary>
    /// <returns>The tokenizer as loaded from the folder.</returns>
    /// <exception cref="SwiftException">The vocabulary is too small, a token ChatML needs is missing, or there is no text.</exception>
    public static Tokenizer Train(IEnumerable<string> texts, BytePairTrainerOptions options, string outputFolder, CancellationToken ct = default)
    {
        var specialTokens = options.SpecialTokens;
        if (options.VocabularySize < 256 + specialTokens.Count)
        {
            throw SwiftException.BadInput("vocabulary_too_small",
                $"vocabulary_size {options.VocabularySize} must be at least {256 + specialTokens.Count}: 256 bytes and {specialTokens.Count} special tokens.");
        }
        if (specialTokens.Distinct(StringComparer.Ordinal).Count() != specialTokens.Count || specialTokens.Contains(""))
        {
            throw SwiftException.BadInput("special_tokens_invalid", "special_tokens must be distinct and not empty.");
        }
        if (TrainedTokenizerFiles.RequiredTokens.FirstOrDefault(token => !specialTokens.Contains(token)) is { } missing)
        {
            throw SwiftException.BadInput("special_tokens_invalid", $"special_tokens must hold {missing}, which the chat template uses.");
        }

        var words = WordCounter.Count(texts, specialTokens, ct);
        if (words.Count == 0) throw SwiftException.BadInput("dataset_empty", "There is no text to train a tokenizer from.");
        var vocabulary = new PairMerging(words).Run(options.VocabularySize - specialTokens.Count, Math.Max(1, options.MinimumFrequency), ct);
        TrainedTokenizerFiles.Write(vocabulary, specialTokens, outputFolder);
        return TokenizerFile.Load(outputFolder);
    }
}
