using System.Text.Json;
using Swift.Contracts.Experiments;
using Swift.Models.Tokenizers.Json;
using Swift.Models.Tokenizers.PreTokenizers;

namespace Swift.Models.Tokenizers.Conversion;

/// <summary>Makes a <c>tokenizer.json</c> of a byte-level vocabulary in two files, <c>vocab.json</c> and <c>merges.txt</c> (GPT-2, Qwen2).</summary>
internal static class MergesConversion
{
    private static readonly string[] Roles = ["bos_token", "eos_token", "unk_token", "pad_token"];

    public static byte[] Convert(string folder)
    {
        var configPath = Path.Combine(folder, "tokenizer_config.json");
        using var config = File.Exists(configPath) ? JsonFile.Read(configPath) : null;
        using var vocab = JsonFile.Read(Path.Combine(folder, "vocab.json"));
        var isQwen = IsQwen(config?.RootElement, configPath);
        return ConvertedTokenizer.Write(AddedTokens(folder, config?.RootElement, vocab.RootElement), json =>
        {
            json.WriteStage("normalizer", "normalizers", isQwen ? [normalizer => normalizer.WriteStep("NFC")] : []);
            json.WriteStage("pre_tokenizer", "pretokenizers", PreTokenizers(isQwen, config?.RootElement.Flag("add_prefix_space") ?? false));
            json.WritePropertyName("post_processor");
            WriteByteLevel(json, addPrefixSpace: false, useRegex: false);
            json.WritePropertyName("decoder");
            WriteByteLevel(json, addPrefixSpace: false, useRegex: false);
            json.WritePropertyName("model");
            WriteModel(json, vocab.RootElement, Path.Combine(folder, "merges.txt"));
        });
    }

    /// <summary>The class in the configuration says how text is cut into words; without one it is GPT-2's way.</summary>
    private static bool IsQwen(JsonElement? config, string path) => config?.TextOrNull("tokenizer_class") switch
    {
        null or "GPT2Tokenizer" or "GPT2TokenizerFast" => false,
        "Qwen2Tokenizer" or "Qwen2TokenizerFast" => true,
        var other => throw SwiftException.BadInput("tokenizer_unsupported",
            $"{path}: how {other} cuts text into words stands in no file. Save the tokenizer with a tokenizer.json, which says it."),
    };

    private static List<ConvertedToken> AddedTokens(string folder, JsonElement? config, JsonElement vocab)
    {
        var tokens = new SortedDictionary<int, (string Content, bool Special)>();
        if (config?.Find("added_tokens_decoder") is { } decoder)
        {
            foreach (var entry in decoder.EnumerateObject())
                tokens[int.Parse(entry.Name, System.Globalization.CultureInfo.InvariantCulture)] = (entry.Value.Text("content"), entry.Value.Flag("special"));
        }
        var addedPath = Path.Combine(folder, "added_tokens.json");
        if (File.Exists(addedPath))
        {
            using var added = JsonFile.Read(addedPath);
            foreach (var entry in added.RootElement.EnumerateObject())
                tokens.TryAdd(entry.Value.GetInt32(), (entry.Name, Special: true));
        }
        foreach (var role in Roles)
        {
            if (config?.Find(role) is { } token && (token.ValueKind == JsonValueKind.String ? token.GetString() : token.TextOrNull("content")) is { Length: > 0 } content
                && vocab.Find(content) is { } id)
                tokens.TryAdd(id.GetInt32(), (content, Special: true));
        }
        // GPT-2's only special token, which its configuration does not name.
        if (vocab.Find("<|endoftext|>") is { } end) tokens.TryAdd(end.GetInt32(), ("<|endoftext|>", Special: true));
        return [.. tokens.Select(token => new ConvertedToken(token.Key, token.Value.Content, token.Value.Special, Normalized: false))];
    }

    private static List<Action<Utf8JsonWriter>> PreTokenizers(bool isQwen, bool addPrefixSpace) => isQwen
        ?
        [
            json => json.WriteStep("Split", fields =>
            {
                fields.WriteStartObject("pattern");
                fields.WriteString("Regex", WordPatterns.Qwen2);
                fields.WriteEndObject();
                fields.WriteString("behavior", "Isolated");
                fields.WriteBoolean("invert", false);
            }),
            json => WriteByteLevel(json, addPrefixSpace: false, useRegex: false),
        ]
        : [json => WriteByteLevel(json, addPrefixSpace, useRegex: true)];

    private static void WriteByteLevel(Utf8JsonWriter json, bool addPrefixSpace, bool useRegex) => json.WriteStep("ByteLevel", fields =>
    {
        fields.WriteBoolean("add_prefix_space", addPrefixSpace);
        fields.WriteBoolean("trim_offsets", false);
        fields.WriteBoolean("use_regex", useRegex);
    });

    private static void WriteModel(Utf8JsonWriter json, JsonElement vocab, string mergesPath) => json.WriteStep("BPE", fields =>
    {
        fields.WriteNull("dropout");
        fields.WriteNull("unk_token");
        fields.WriteString("continuing_subword_prefix", "");
        fields.WriteString("end_of_word_suffix", "");
        fields.WriteBoolean("fuse_unk", false);
        fields.WriteBoolean("byte_fallback", false);
        fields.WriteBoolean("ignore_merges", false);
        fields.WritePropertyName("vocab");
        vocab.WriteTo(fields);
        fields.WriteStartArray("merges");
        foreach (var merge in File.ReadLines(mergesPath).Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal)))
            fields.WriteStringValue(merge);
        fields.WriteEndArray();
    });
}
