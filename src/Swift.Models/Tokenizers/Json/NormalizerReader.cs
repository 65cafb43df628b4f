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
        var other => throw JsonFields.Unsupported($"the normalizer {other}"),
    };
}
