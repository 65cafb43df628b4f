using System.Text;
using Swift.Contracts.Experiments;
using Swift.Models.Gguf;
using Swift.Models.Tokenizers.Decoders;
using Swift.Models.Tokenizers.Encoders;
using Swift.Models.Tokenizers.Gguf;
using Swift.Models.Tokenizers.Normalizers;
using Swift.Models.Tokenizers.PostProcessors;
using Swift.Models.Tokenizers.PreTokenizers;

namespace Swift.Models.Tokenizers;

/// <summary>The tokenizer of a GGUF file. Its ids are llama.cpp's: there, unlike in Hugging Face's Qwen, text is not brought into NFC.</summary>
public static class GgufTokenizer
{
    private const string Space = "\u2581";

    /// <exception cref="SwiftException"><c>bad_gguf</c>: a key is missing or wrong; <c>tokenizer_unsupported</c>: the vocabulary is of a kind that this build does not know.</exception>
    public static Tokenizer From(GgufFile file)
    {
        var metadata = file.Metadata;
        var model = metadata.Text("tokenizer.ggml.model") ?? throw metadata.Bad("tokenizer.ggml.model", "is missing");
        var tokens = new GgufTokens(metadata);
        return model switch
        {
            "llama" => SentencePiece(metadata, tokens),
            "gpt2" => ByteLevel(file, tokens),
            "gemma4" => SpacedBytePair(tokens),
            "t5" => Unigram(metadata, tokens),
            "bert" => WordPiece(metadata, tokens),
            _ => throw Unsupported(file, $"model {model}"),
        };
    }

    private static PipelineTokenizer SentencePiece(GgufMetadata metadata, GgufTokens tokens)
    {
        var addsSpace = metadata.Flag("tokenizer.ggml.add_space_prefix") ?? true;
        var fallback = ByteFallback.Of(tokens.Vocabulary);
        var unknown = metadata.Integer("tokenizer.ggml.unknown_token_id") is { } id && id >= 0 && id < tokens.Texts.Count ? (int)id : 0;
        var escape = new ReplaceText(" ", Space);
        // Phi-3's turns are told apart by tokens that take the newline after them.
        var isPhi3 = metadata.Text("general.name") is { } name && (name.Contains("phi-3", StringComparison.OrdinalIgnoreCase) || name.Contains("phi3", StringComparison.OrdinalIgnoreCase));
        var stages = new TokenizerStages(
            tokens.Vocabulary,
            tokens.AddedTokens(text => isPhi3 && text is not ("<s>" or "<unk>" or "<|endoftext|>")),
            addsSpace ? new NormalizerSequence([new Prepend(" "), escape]) : escape,
            null,
            new SentencePieceEncoder(tokens.Vocabulary, tokens.Scores, fallback, unknown),
            null,
            ByteStreamDecoder.Of(tokens.Vocabulary, ReadSpaced, addsSpace));
        return new PipelineTokenizer(stages, tokens.SpecialTokens((Bos: 1, Eos: 2, AddBos: true)));
    }

    private static PipelineTokenizer ByteLevel(GgufFile file, GgufTokens tokens)
    {
        var name = file.Metadata.Text("tokenizer.ggml.pre") ?? "default";
        var words = GgufWordPatterns.Find(name) ?? throw Unsupported(file, $"word pattern {name}");
        var vocabulary = tokens.Vocabulary;
        var byteIds = Enumerable.Range(0, 256).Select(value => vocabulary.IdOf(ByteLevelAlphabet.ToCharacter((byte)value).ToString()) ?? -1).ToArray();
        var bytes = new byte[tokens.Texts.Count][];
        for (var id = 0; id < bytes.Length; id++)
        {
            bytes[id] = tokens.IsPlain(id) ? Encoding.UTF8.GetBytes(tokens.Texts[id]) : ByteLevelAlphabet.Read(tokens.Texts[id]);
        }
        var stages = new TokenizerStages(
            vocabulary,
            tokens.AddedTokens(_ => false),
            null,
            new PreTokenizerSequence([.. words.Patterns.Select(pattern => SplitPreTokenizer.ByRegex(pattern))]),
            new ByteLevelEncoder(byteIds, tokens.Merges(), words.WholeWords ? vocabulary : null),
            null,
            new ByteStreamDecoder(id => (uint)id < (uint)bytes.Length ? bytes[id] : null, stripLeadingSpace: false));
        return new PipelineTokenizer(stages, tokens.SpecialTokens((Bos: 11, Eos: 11, AddBos: words.WholeWords)));
    }

    /// <summary>Byte-pair encoding over characters, with a visible space and byte fallback; a run of newlines is a word.</summary>
    private static PipelineTokenizer SpacedBytePair(GgufTokens tokens)
    {
        var stages = new TokenizerStages(
            tokens.Vocabulary,
            tokens.AddedTokens(_ => false),
            new ReplaceText(" ", Space),
            SplitPreTokenizer.ByRegex(@"[^\n]+|[\n]+"),
            new BytePairEncoder(tokens.Vocabulary, tokens.Merges(), new BytePairOptions(
                tokens.Vocabulary.IdOf("<unk>"), FuseUnknown: true, ByteFallback.Of(tokens.Vocabulary), WordPrefix: "", WordSuffix: "", WholePieces: false)),
            null,
            ByteStreamDecoder.Of(tokens.Vocabulary, ReadSpaced, stripLeadingSpace: false));
        return new PipelineTokenizer(stages, tokens.SpecialTokens((Bos: null, Eos: null, AddBos: true)));
    }

    /// <summary>SentencePiece's unigram model: spaces made visible, the whole text split at once.</summary>
    private static PipelineTokenizer Unigram(GgufMetadata metadata, GgufTokens tokens)
    {
        var addsSpace = metadata.Flag("tokenizer.ggml.add_space_prefix") ?? false;
        List<Normalizer> steps = [];
        if (metadata.Integers("tokenizer.ggml.precompiled_charsmap") is { Count: > 0 } map)
            steps.Add(new CharacterMap([.. map.Select(value => (byte)value)]));
        if (metadata.Flag("tokenizer.ggml.remove_extra_whitespaces") ?? false)
            steps.Add(new ReplacePattern("^ +| +$| (?= )", ""));
        if (addsSpace)
            steps.Add(new Prepend(" "));
        var unknown = metadata.Integer("tokenizer.ggml.unknown_token_id") is { } id && id >= 0 && id < tokens.Texts.Count ? (int)id : 2;
        var stages = new TokenizerStages(
            tokens.Vocabulary,
            tokens.AddedTokens(_ => false),
            new NormalizerSequence([.. steps, new ReplaceText(" ", Space)]),
            null,
            new UnigramEncoder([.. tokens.Texts.Zip(tokens.Scores, (text, score) => (text, (double)score)).Select((token, at) => tokens.IsNormal(at) ? token : ("", token.Item2))], unknown, fallback: null),
            null,
            ByteStreamDecoder.Of(tokens.Vocabulary, ReadSpaced, addsSpace));
        return new PipelineTokenizer(stages, tokens.SpecialTokens((Bos: null, Eos: 1, AddBos: false)));
    }

    /// <summary>BERT's, in which llama.cpp marks tokens that start a word instead of those that do not.</summary>
    private static PipelineTokenizer WordPiece(GgufMetadata metadata, GgufTokens tokens)
    {
        int Id(string role, int otherwise) => metadata.Integer($"tokenizer.ggml.{role}_token_id") is { } id && id >= 0 && id < tokens.Texts.Count ? (int)id : otherwise;

        var lowercase = metadata.Flag("tokenizer.ggml.normalizer.lowercase") ?? true;
        var stages = new TokenizerStages(
            tokens.Vocabulary,
            tokens.AddedTokens(_ => false),
            new BertNormalizer(cleanText: true, handleChinese: true, metadata.Flag("tokenizer.ggml.normalizer.strip_accents") ?? lowercase, lowercase),
            new PreTokenizerSequence(
            [
                SplitPreTokenizer.ByCharacter(Rune.IsWhiteSpace, SplitBehavior.Removed),
                SplitPreTokenizer.ByCharacter(CharacterClasses.IsPunctuation, SplitBehavior.Isolated),
                new MetaspacePreTokenizer(Space[0], PrependScheme.Always, split: false),
            ]),
            new WordPieceEncoder(tokens.Vocabulary, Id("unknown", 100), prefix: "", longestWord: int.MaxValue),
            new SurroundingTokens([Id("bos", 101)], [Id("seperator", 102)]),
            ByteStreamDecoder.Of(tokens.Vocabulary, ReadSpaced, stripLeadingSpace: true));
        return new PipelineTokenizer(stages, tokens.SpecialTokens((Bos: 101, Eos: 102, AddBos: false)));
    }

    private static byte[] ReadSpaced(string token) =>
        ByteFallback.TryParse(token, out var value) ? [value] : Encoding.UTF8.GetBytes(token.Replace(Space, " ", StringComparison.Ordinal));

    private static SwiftException Unsupported(GgufFile file, string what) =>
        SwiftException.BadInput("tokenizer_unsupported", $"{file.Path}: the tokenizer's {what} is not supported.");
}
