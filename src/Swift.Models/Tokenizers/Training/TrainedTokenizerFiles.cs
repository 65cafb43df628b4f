using System.Text.Encodings.Web;
using System.Text.Json;
using Swift.Models.Tokenizers.PreTokenizers;

namespace Swift.Models.Tokenizers.Training;

/// <summary>Writes a trained vocabulary as Hugging Face's files. The same merges give the same bytes.</summary>
internal static class TrainedTokenizerFiles
{
    private const string EndOfText = "<|endoftext|>", TurnStart = "<|im_start|>", TurnEnd = "<|im_end|>";

    private const string ChatMl =
        "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}" +
        "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Tokens that the configuration and the chat template name.</summary>
    public static IReadOnlyList<string> RequiredTokens { get; } = [EndOfText, TurnStart, TurnEnd];

    public static void Write(TrainedVocabulary vocabulary, IReadOnlyList<string> specialTokens, string folder)
    {
        Directory.CreateDirectory(folder);
        WriteFile(Path.Combine(folder, "tokenizer.json"), json => WriteTokenizer(json, vocabulary, specialTokens));
        WriteFile(Path.Combine(folder, "tokenizer_config.json"), json => WriteConfiguration(json, vocabulary.Tokens.Count, specialTokens));
    }

    private static void WriteFile(string path, Action<Utf8JsonWriter> write)
    {
        using var stream = File.Create(path);
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            write(json);
        }
        stream.Write("\n"u8);
    }

    private static void WriteTokenizer(Utf8JsonWriter json, TrainedVocabulary vocabulary, IReadOnlyList<string> specialTokens)
    {
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        json.WriteStartArray("added_tokens");
        for (var i = 0; i < specialTokens.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("id", vocabulary.Tokens.Count + i);
            WriteAddedToken(json, specialTokens[i]);
            json.WriteEndObject();
        }
        json.WriteEndArray();

        json.WriteStartObject("normalizer");
        json.WriteString("type", "NFC");
        json.WriteEndObject();

        json.WriteStartObject("pre_tokenizer");
        json.WriteString("type", "Sequence");
        json.WriteStartArray("pretokenizers");
        json.WriteStartObject();
        json.WriteString("type", "Split");
        json.WriteStartObject("pattern");
        json.WriteString("Regex", WordPatterns.Qwen2);
        json.WriteEndObject();
        json.WriteString("behavior", "Isolated");
        json.WriteBoolean("invert", false);
        json.WriteEndObject();
        json.WriteStartObject();
        WriteByteLevel(json);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();

        foreach (var stage in (ReadOnlySpan<string>)["post_processor", "decoder"])
        {
            json.WriteStartObject(stage);
            WriteByteLevel(json);
            json.WriteEndObject();
        }
        WriteModel(json, vocabulary);
        json.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter json, TrainedVocabulary vocabulary)
    {
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        json.WriteNull("unk_token");
        json.WriteString("continuing_subword_prefix", "");
        json.WriteString("end_of_word_suffix", "");
        json.WriteBoolean("fuse_unk", false);
        json.WriteBoolean("byte_fallback", false);
        json.WriteBoolean("ignore_merges", false);
        json.WriteStartObject("vocab");
        for (var id = 0; id < vocabulary.Tokens.Count; id++)
        {
            json.WriteNumber(vocabulary.Tokens[id], id);
        }
        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach (var (left, right) in vocabulary.Merges)
        {
            json.WriteStringValue($"{vocabulary.Tokens[left]} {vocabulary.Tokens[right]}");
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteConfiguration(Utf8JsonWriter json, int firstId, IReadOnlyList<string> specialTokens)
    {
        json.WriteStartObject();
        json.WriteBoolean("add_bos_token", false);
        json.WriteBoolean("add_prefix_space", false);
        json.WriteStartObject("added_tokens_decoder");
        for (var i = 0; i < specialTokens.Count; i++)
        {
            json.WriteStartObject($"{firstId + i}");
            WriteAddedToken(json, specialTokens[i]);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteNull("bos_token");
        json.WriteString("chat_template", ChatMl);
        json.WriteBoolean("clean_up_tokenization_spaces", false);
        json.WriteString("eos_token", TurnEnd);
        json.WriteString("errors", "replace");
        json.WriteString("pad_token", EndOfText);
        json.WriteBoolean("split_special_tokens", false);
        json.WriteString("tokenizer_class", "Qwen2Tokenizer");
        json.WriteNull("unk_token");
        json.WriteEndObject();
    }

    private static void WriteAddedToken(Utf8JsonWriter json, string content)
    {
        json.WriteString("content", content);
        json.WriteBoolean("single_word", false);
        json.WriteBoolean("lstrip", false);
        json.WriteBoolean("rstrip", false);
        json.WriteBoolean("normalized", false);
        json.WriteBoolean("special", true);
    }

    private static void WriteByteLevel(Utf8JsonWriter json)
    {
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", false);
        json.WriteBoolean("trim_offsets", false);
        json.WriteBoolean("use_regex", false);
    }
}
