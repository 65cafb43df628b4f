using System.Text.Json;
using Swift.Models.Tokenizers.Normalizers;

namespace Swift.Models.Tokenizers.Json;

/// <summary>The <c>normalizer</c> of <c>tokenizer.json</c>.</summary>
internal static class NormalizerReader
{
    public static Normalizer Read(JsonElement element) => element.Text("type") switch
    {
        "Sequence" => new NormalizerSequence([.. element.Items("normalizers").Select(Read)]),
        "NFC" => new UnicodeForm(compose: true, compatibility: false),
        "NFD" => new UnicodeForm(compose: false, compatibility: false),
        "NFKC" => new UnicodeForm(compose: true, compatibility: true),
        "NFKD" => new UnicodeForm(compose: false, compatibility: true),
        "Lowercase" => new Lowercase(),
        "Prepend" => new Prepend(element.Text("prepend")),
        "Strip" => new Strip(element.Flag("strip_left", otherwise: true), element.Flag("strip_right", otherwise: true)),
        "StripAccents" => new StripAccents(),
        "Replace" => ReadReplace(element),
        "BertNormalizer" => ReadBert(element),
        "Nmt" => new NmtNormalizer(),
        "Precompiled" => new CharacterMap(element.Require("precompiled_charsmap").GetBytesFromBase64()),
        "ByteLevel" => new ByteLevelNormalizer(),
        var other => throw JsonFields.Unsupported($"the normalizer {other}"),
    };

    private static Normalizer ReadReplace(JsonElement element)
    {
        var pattern = element.Require("pattern");
        return pattern.TextOrNull("Regex") is { } regex
            ? new ReplacePattern(regex, element.Text("content"))
            : new ReplaceText(pattern.Text("String"), element.Text("content"));
    }

    private static BertNormalizer ReadBert(JsonElement element)
    {
        var lowercase = element.Flag("lowercase", otherwise: true);
        return new BertNormalizer(element.Flag("clean_text", otherwise: true), element.Flag("handle_chinese_chars", otherwise: true),
            element.Flag("strip_accents", otherwise: lowercase), lowercase);
    }
}
