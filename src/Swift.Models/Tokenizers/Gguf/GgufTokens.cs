using Swift.Models.Gguf;
using Swift.Models.Tokenizers.Encoders;

namespace Swift.Models.Tokenizers.Gguf;

/// <summary>The tokens of a GGUF file, with their kinds and scores.</summary>
internal sealed class GgufTokens
{
    private const int Normal = 1, Unknown = 2, Control = 3, UserDefined = 4;

    private readonly GgufMetadata metadata;
    private readonly IReadOnlyList<int>? types;

    public GgufTokens(GgufMetadata metadata)
    {
        this.metadata = metadata;
        Texts = metadata.Texts("tokenizer.ggml.tokens") ?? throw metadata.Bad("tokenizer.ggml.tokens", "is missing");
        types = metadata.Integers("tokenizer.ggml.token_type");
        Scores = metadata.Numbers("tokenizer.ggml.scores") ?? [];
        if (types is not null && types.Count != Texts.Count) throw metadata.Bad("tokenizer.ggml.token_type", $"has {types.Count} items for {Texts.Count} tokens");
        if (Scores.Count > 0 && Scores.Count != Texts.Count) throw metadata.Bad("tokenizer.ggml.scores", $"has {Scores.Count} items for {Texts.Count} tokens");
        Vocabulary = new Vocabulary();
        for (var id = 0; id < Texts.Count; id++) Vocabulary.Add(Texts[id], id);
    }

    public IReadOnlyList<string> Texts { get; }

    public IReadOnlyList<float> Scores { get; }

    public Vocabulary Vocabulary { get; }

    /// <summary>A token that text is split into.</summary>
    public bool IsNormal(int id) => types is null || types[id] == Normal;

    /// <summary>A token that is written as it is, not in an alphabet.</summary>
    public bool IsPlain(int id) => types is not null && types[id] is (Unknown or Control or UserDefined);

    /// <summary>Control and user-defined tokens, which are found in a text before it is cut into words.</summary>
    /// <param name="takesSpaceAfter">Whether a token takes the white space after it.</param>
    public List<AddedToken> AddedTokens(Func<string, bool> takesSpaceAfter)
    {
        var added = new List<AddedToken>();
        for (var id = 0; types is not null && id < Texts.Count; id++)
        {
            if (types[id] is not (Unknown or Control or UserDefined)) continue;
            added.Add(new AddedToken(id, Texts[id], SingleWord: false, LStrip: false, RStrip: takesSpaceAfter(Texts[id]), Normalized: false, Special: types[id] != UserDefined));
        }
        return added;
    }

    public MergeTable Merges()
    {
        var merges = new List<(int, int, int)>();
        foreach (var merge in metadata.Texts("tokenizer.ggml.merges") ?? throw metadata.Bad("tokenizer.ggml.merges", "is missing"))
        {
            // The left token can itself start with a space.
            var space = merge.Length > 1 ? merge.IndexOf(' ', 1) : -1;
            if (space < 0) throw metadata.Bad("tokenizer.ggml.merges", $"has \"{merge}\", which is not a pair");
            if (Vocabulary.IdOf(merge[..space]) is { } left && Vocabulary.IdOf(merge[(space + 1)..]) is { } right
                && Vocabulary.IdOf(merge.Remove(space, 1)) is { } result)
            {
                merges.Add((left, right, result));
            }
        }
        return new MergeTable(merges);
    }

    /// <summary>Which ids play which part.</summary>
    /// <param name="defaults">Ids where the file names none, and whether a text starts with the first of them.</param>
    public SpecialTokens SpecialTokens((int? Bos, int? Eos, bool AddBos) defaults)
    {
        int? Id(string role, int? otherwise) => metadata.Integer($"tokenizer.ggml.{role}_token_id") is { } id
            ? id >= 0 && id < Texts.Count ? (int)id : null
            : otherwise < Texts.Count ? otherwise : null;

        var (bos, eos) = (Id("bos", defaults.Bos), Id("eos", defaults.Eos));
        var stop = new HashSet<int>();
        foreach (var id in new[] { eos, Id("eot", null), Id("eom", null) }.Concat(Tokenizers.SpecialTokens.EndNames.Select(Vocabulary.IdOf)))
        {
            if (id is { } end) stop.Add(end);
        }
        return new SpecialTokens(bos, eos, Id("padding", null), stop,
            AddBos: bos is not null && (metadata.Flag("tokenizer.ggml.add_bos_token") ?? defaults.AddBos),
            AddEos: eos is not null && (metadata.Flag("tokenizer.ggml.add_eos_token") ?? false));
    }
}
