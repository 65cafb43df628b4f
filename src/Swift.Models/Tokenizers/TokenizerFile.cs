using System.Text.Json;
using Swift.Contracts.Experiments;
using Swift.Models.Tokenizers.Conversion;
using Swift.Models.Tokenizers.Encoders;
using Swift.Models.Tokenizers.Json;

namespace Swift.Models.Tokenizers;

/// <summary>Reads Hugging Face's <c>tokenizer.json</c>, and what stood in its place before: SentencePiece's <c>tokenizer.model</c>, and <c>vocab.json</c> with <c>merges.txt</c>.</summary>
public static class TokenizerFile
{
    /// <summary>Loads a tokenizer from a model folder, with the special tokens that its configuration files name, or from a <c>tokenizer.json</c> or <c>tokenizer.model</c> alone.</summary>
    /// <exception cref="SwiftException">The file is missing, malformed, or uses a part that is not supported; the message names it.</exception>
    public static Tokenizer Load(string path)
    {
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path));
        var file = path;
        try
        {
            (var json, file) = TokenizerSource.Read(path);
            using var document = JsonFile.Parse(json, file);
            return Read(document.RootElement, folder);
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            // JsonElement's accessors: a value of another type than the format has there, or a list that is too short.
            throw SwiftException.BadInput("tokenizer_invalid", $"{file}: a value has the wrong type or is missing: {exception.Message}", exception);
        }
    }

    private static PipelineTokenizer Read(JsonElement root, string? folder)
    {
        var vocabulary = new Vocabulary();
        var model = root.Require("model");
        EncoderReader.ReadVocabulary(model, vocabulary);
        var addedTokens = root.Find("added_tokens") is null ? [] : root.Items("added_tokens").Select(ReadAddedToken).ToList();
        foreach (var token in addedTokens)
        {
            vocabulary.Add(token.Content, token.Id);
        }
        var preTokenizer = root.Find("pre_tokenizer");
        var byteLevel = preTokenizer is { } element && PreTokenizerReader.IsByteLevel(element);
        var stages = new TokenizerStages(
            vocabulary,
            addedTokens,
            root.Find("normalizer") is { } normalizer ? NormalizerReader.Read(normalizer) : null,
            preTokenizer is { } present ? PreTokenizerReader.Read(present) : null,
            EncoderReader.Read(model, vocabulary, byteLevel),
            root.Find("post_processor") is { } postProcessor ? PostProcessorReader.Read(postProcessor) : null,
            DecoderReader.Read(root.Find("decoder"), vocabulary));
        return new PipelineTokenizer(stages, SpecialTokensReader.Read(folder, vocabulary, stages.PostProcessor));
    }

    private static AddedToken ReadAddedToken(JsonElement token)
    {
        var special = token.Flag("special");
        return new AddedToken(token.Integer("id"), token.Text("content"), token.Flag("single_word"), token.Flag("lstrip"), token.Flag("rstrip"),
            token.Flag("normalized", otherwise: !special), special);
    }
}
