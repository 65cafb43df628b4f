using System.Text;
using System.Text.Json;
using Swift.Models.Tokenizers.PreTokenizers;

namespace Swift.Models.Tokenizers.Json;

/// <summary>The <c>pre_tokenizer</c> of <c>tokenizer.json</c>.</summary>
internal static class PreTokenizerReader
{
    public static PreTokenizer Read(JsonElement element) => element.Text("type") switch
    {
        "Sequence" => new PreTokenizerSequence([.. element.Items("pretokenizers").Select(Read)]),
        "ByteLevel" => new ByteLevelPreTokenizer(element.Flag("add_prefix_space", otherwise: true), element.Flag("use_regex", otherwise: true)),
        "Split" => ReadSplit(element),
        "Metaspace" => new MetaspacePreTokenizer(Replacement(element), ReadPrependScheme(element), element.Flag("split", otherwise: true)),
        "Whitespace" => SplitPreTokenizer.ByRegex(CharacterClasses.WordsAndOthers, SplitBehavior.Removed, invert: true),
        "WhitespaceSplit" => SplitPreTokenizer.ByCharacter(Rune.IsWhiteSpace, SplitBehavior.Removed),
        "CharDelimiterSplit" => SplitPreTokenizer.ByText(element.Text("delimiter"), SplitBehavior.Removed),
        "Digits" => SplitPreTokenizer.ByCharacter(Rune.IsNumber, element.Flag("individual_digits") ? SplitBehavior.Isolated : SplitBehavior.Contiguous),
        "Punctuation" => SplitPreTokenizer.ByCharacter(CharacterClasses.IsPunctuation, ReadBehavior(element.TextOrNull("behavior") ?? "Isolated")),
        "BertPreTokenizer" => new PreTokenizerSequence(
        [
            SplitPreTokenizer.ByCharacter(Rune.IsWhiteSpace, SplitBehavior.Removed),
            SplitPreTokenizer.ByCharacter(CharacterClasses.IsPunctuation, SplitBehavior.Isolated),
        ]),
        var other => throw JsonFields.Unsupported($"the pre-tokenizer {other}"),
    };

    /// <summary>Whether its last step writes pieces in the byte-level alphabet; the model then works on bytes.</summary>
    public static bool IsByteLevel(JsonElement element)
    {
        if (element.Text("type") == "ByteLevel") return true;
        if (element.Text("type") != "Sequence") return false;
        var steps = element.Items("pretokenizers").Select(IsByteLevel).ToList();
        if (steps.SkipLast(1).Contains(true)) throw JsonFields.Unsupported("a pre-tokenizer after ByteLevel");
        return steps.LastOrDefault();
    }

    /// <summary>SentencePiece's stand-in for a space.</summary>
    public static char Replacement(JsonElement element) => (element.TextOrNull("replacement") ?? "\u2581") is [var only]
        ? only
        : throw JsonFields.Invalid("a replacement must be one character");

    public static PrependScheme ReadPrependScheme(JsonElement element) => element.TextOrNull("prepend_scheme") switch
    {
        "always" => PrependScheme.Always,
        "first" => PrependScheme.First,
        "never" => PrependScheme.Never,
        null => element.Flag("add_prefix_space", otherwise: true) ? PrependScheme.Always : PrependScheme.Never,
        var other => throw JsonFields.Unsupported($"the prepend_scheme {other}"),
    };

    private static SplitPreTokenizer ReadSplit(JsonElement element)
    {
        var behavior = ReadBehavior(element.Text("behavior"));
        var invert = element.Flag("invert");
        var pattern = element.Require("pattern");
        return pattern.TextOrNull("Regex") is { } regex
            ? SplitPreTokenizer.ByRegex(regex, behavior, invert)
            : SplitPreTokenizer.ByText(pattern.Text("String"), behavior, invert);
    }

    private static SplitBehavior ReadBehavior(string name) => Enum.TryParse<SplitBehavior>(name, out var behavior)
        ? behavior
        : throw JsonFields.Unsupported($"the split behavior {name}");
}
