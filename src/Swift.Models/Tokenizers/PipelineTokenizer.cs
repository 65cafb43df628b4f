using Swift.Models.Tokenizers.Decoders;
using Swift.Models.Tokenizers.Encoders;
using Swift.Models.Tokenizers.Normalizers;
using Swift.Models.Tokenizers.PostProcessors;
using Swift.Models.Tokenizers.PreTokenizers;

namespace Swift.Models.Tokenizers;

/// <summary>The stages of a tokenizer, as <c>tokenizer.json</c> and GGUF describe them. Null = the stage is absent.</summary>
internal sealed record TokenizerStages(
    Vocabulary Vocabulary,
    IReadOnlyList<AddedToken> AddedTokens,
    Normalizer? Normalizer,
    PreTokenizer? PreTokenizer,
    PieceEncoder Encoder,
    PostProcessor? PostProcessor,
    TokenDecoder Decoder);

/// <summary>Added tokens, normalizer, pre-tokenizer, model, post-processor, decoder.</summary>
internal sealed class PipelineTokenizer : Tokenizer
{
    private readonly TokenizerStages stages;
    private readonly SpecialTokens special;
    private readonly HashSet<int> specialIds;
    private readonly AddedTokenMatcher rawTokens;
    private readonly AddedTokenMatcher normalizedTokens;

    public PipelineTokenizer(TokenizerStages stages, SpecialTokens special)
    {
        this.stages = stages;
        this.special = special;
        specialIds = [.. stages.AddedTokens.Where(token => token.Special).Select(token => token.Id)];
        rawTokens = new AddedTokenMatcher(stages.AddedTokens.Where(token => !token.Normalized).Select(token => (token.Content, token)));
        normalizedTokens = new AddedTokenMatcher(stages.AddedTokens.Where(token => token.Normalized)
            .Select(token => (stages.Normalizer?.Normalize(token.Content) ?? token.Content, token)));
    }

    public override int VocabularySize => stages.Vocabulary.Size;

    public override int? BosTokenId => special.Bos;

    public override int? EosTokenId => special.Eos;

    public override IReadOnlySet<int> StopTokenIds => special.Stop;

    public override int PadTokenId => special.Pad ?? special.Eos ?? 0;

    public override bool AddBos => special.AddBos;

    public override int? TokenToId(string token) => stages.Vocabulary.IdOf(token);

    public override string? IdToToken(int id) => stages.Vocabulary.TokenOf(id);

    public override int[] Encode(string text, bool parseSpecialTokens = true)
    {
        var output = new List<int>(text.Length / 3 + 4);
        foreach (var part in Parts(rawTokens, text, parseSpecialTokens, output))
        {
            var normalized = stages.Normalizer?.Normalize(part.Text) ?? part.Text;
            foreach (var plain in Parts(normalizedTokens, normalized, parseSpecialTokens, output))
            {
                EncodePlain(plain.Text, part.Start == 0 && plain.Start == 0, output);
            }
        }
        return [.. output];
    }

    public override int[] EncodeWithSpecialTokens(string text)
    {
        var ids = Encode(text);
        if (stages.PostProcessor is { } postProcessor) ids = postProcessor.Process(ids);
        if (special.AddBos && special.Bos is { } bos && (ids.Length == 0 || ids[0] != bos)) ids = [bos, .. ids];
        if (special.AddEos && special.Eos is { } eos && (ids.Length == 0 || ids[^1] != eos)) ids = [.. ids, eos];
        return ids;
    }

    public override string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true)
    {
        var kept = new int[ids.Length];
        var count = 0;
        foreach (var id in ids)
        {
            if (!Skips(id, skipSpecialTokens)) kept[count++] = id;
        }
        return stages.Decoder.Decode(kept.AsSpan(0, count));
    }

    public override IncrementalDetokenizer CreateDetokenizer(bool skipSpecialTokens = true) =>
        stages.Decoder.CreateDetokenizer(id => Skips(id, skipSpecialTokens));

    private bool Skips(int id, bool skipSpecialTokens) =>
        stages.Vocabulary.TokenOf(id) is null || (skipSpecialTokens && specialIds.Contains(id));

    /// <summary>The text between added tokens, whose ids go to the output in passing.</summary>
    private static IEnumerable<(string Text, int Start)> Parts(AddedTokenMatcher matcher, string text, bool withSpecial, List<int> output)
    {
        var position = 0;
        while (!matcher.IsEmpty && matcher.TryFind(text, position, withSpecial, out var token, out var start, out var end))
        {
            if (start > position) yield return (text[position..start], position);
            output.Add(token.Id);
            position = end;
        }
        if (position < text.Length) yield return (position == 0 ? text : text[position..], position);
    }

    private void EncodePlain(string text, bool atStart, List<int> output)
    {
        var whole = new Piece(text, 0, text.Length);
        if (stages.PreTokenizer is null)
        {
            stages.Encoder.Encode(whole, output);
            return;
        }
        var pieces = new List<Piece>(text.Length / 4 + 4);
        stages.PreTokenizer.Split(whole, atStart, pieces);
        foreach (var piece in pieces)
        {
            stages.Encoder.Encode(piece, output);
        }
    }
}
