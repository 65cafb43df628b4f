namespace Swift.Api.Pipelines.Inputs;

/// <summary>What the door needs to know of a tokenizer, in whichever of the formats the workers read.</summary>
/// <param name="Size">Highest token id + 1, added tokens included.</param>
internal sealed record TokenizerFacts(int Size)
{
    private const string Json = "tokenizer.json", SentencePiece = "tokenizer.model", Vocabulary = "vocab.json", Merges = "merges.txt";

    /// <summary>The files of a tokenizer's folder that are taken in: the tokenizer, and what belongs to it.</summary>
    public static bool IsTokenizerFile(string path) => path is
        Json or SentencePiece or Vocabulary or Merges or "tokenizer_config.json" or "special_tokens_map.json" or "added_tokens.json"
        or "generation_config.json" or "chat_template.jinja" or "chat_template.json";

    /// <summary>
    /// Reads a <c>tokenizer.json</c> or a <c>*.model</c> of SentencePiece; of a folder the first it has of <c>tokenizer.json</c>,
    /// <c>tokenizer.model</c>, <c>vocab.json</c> with <c>merges.txt</c>, which is the workers' order.
    /// </summary>
    /// <returns>Null with <paramref name="problem"/> set when it is of no use.</returns>
    public static TokenizerFacts? Read(string path, out string? problem)
    {
        if (Directory.Exists(path))
        {
            if (FileIn(path) is not { } found)
            {
                problem = $"{path} holds no tokenizer: neither {Json} nor {SentencePiece} nor {Vocabulary} with {Merges}.";
                return null;
            }
            path = found;
        }
        problem = InputFile.Problem(path);
        if (problem is not null) return null;
        try
        {
            var size = Path.GetFileName(path) == Vocabulary ? VocabularyFiles.Size(path, Path.Combine(Path.GetDirectoryName(path)!, Merges), out problem)
                : path.EndsWith(".model", StringComparison.OrdinalIgnoreCase) ? SentencePieceFile.Size(path, out problem)
                : TokenizerJsonFile.Size(path, out problem);
            return size is { } known ? new TokenizerFacts(known) : null;
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            problem = $"{path} cannot be read: {denied.Message}";
            return null;
        }
    }

    /// <summary>A link that leads nowhere is found as well: what is wrong with it is said when it is read.</summary>
    private static string? FileIn(string folder)
    {
        bool Has(string name) => new FileInfo(Path.Combine(folder, name)) is var file && (file.Exists || file.LinkTarget is not null);

        var name = Has(Json) ? Json : Has(SentencePiece) ? SentencePiece : Has(Vocabulary) && Has(Merges) ? Vocabulary : null;
        return name is null ? null : Path.Combine(folder, name);
    }
}
