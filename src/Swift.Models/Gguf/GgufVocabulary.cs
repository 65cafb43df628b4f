using System.Text.Json;
using Swift.Contracts.Experiments;
using Swift.Models.Tokenizers.Conversion;
using Swift.Models.Tokenizers.PreTokenizers;

namespace Swift.Models.Gguf;

/// <summary>A vocabulary as llama.cpp wants it, read from <c>tokenizer.json</c>: byte-level BPE with merges, SentencePiece's BPE or Unigram with scores.</summary>
/// <param name="Model">llama.cpp's name of the kind: <c>gpt2</c>, <c>llama</c> or <c>t5</c>.</param>
/// <param name="PreTokenizer">llama.cpp's name of the word pattern.</param>
/// <param name="Tokens">By id, one per row of the embedding.</param>
/// <param name="Types">1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte.</param>
internal sealed record GgufVocabulary(string Model, string PreTokenizer, string[] Tokens, int[] Types)
{
    private const int Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6;
    private const string Space = "\u2581";

    /// <summary>Pairs in order of rank, separated by a space; for <c>gpt2</c>.</summary>
    public string[] Merges { get; private init; } = [];

    /// <summary>By id; empty for <c>gpt2</c>.</summary>
    public float[] Scores { get; private init; } = [];

    /// <summary>A space is put before a text; for <c>llama</c> and <c>t5</c>.</summary>
    public bool AddsSpacePrefix { get; private init; }

    /// <summary>Runs of spaces become one, and those at the ends go; for <c>t5</c>.</summary>
    public bool RemovesExtraSpaces { get; private init; }

    /// <summary>SentencePiece's compiled normalisation, empty where there is none; for <c>t5</c>.</summary>
    public byte[] CharacterMap { get; private init; } = [];

    /// <summary>For <c>llama</c> and <c>t5</c>.</summary>
    public int? UnknownId { get; private init; }

    /// <exception cref="SwiftException">BadInput <c>tokenizer_not_exportable</c>: llama.cpp has no name for this kind of tokenizer.</exception>
    public static GgufVocabulary Read(string modelFolder, int rows)
    {
        var path = Path.Combine(modelFolder, "tokenizer.json");
        try
        {
            (var json, path) = TokenizerSource.Read(modelFolder);
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement, path, rows);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw NotExportable(path, e.Message);
        }
    }

    private static GgufVocabulary Read(JsonElement root, string path, int rows)
    {
        var model = root.GetProperty("model");
        var kind = model.TryGetProperty("type", out var type) ? type.GetString() : null;
        if (kind is not ("BPE" or "Unigram"))
            throw NotExportable(path, $"its model is {kind ?? "of no named type"}, neither BPE nor Unigram");
        var tokens = new string[rows];
        var types = new int[rows];
        for (var id = 0; id < rows; id++)
            (tokens[id], types[id]) = ($"[PAD{id}]", Unused);
        if (kind == "Unigram")
        {
            foreach (var (id, entry) in model.GetProperty("vocab").EnumerateArray().Index())
                Set(id, entry[0].GetString()!, Normal);
        }
        else
        {
            foreach (var entry in model.GetProperty("vocab").EnumerateObject())
                Set(entry.Value.GetInt32(), entry.Name, Normal);
        }
        if (root.TryGetProperty("added_tokens", out var added))
        {
            foreach (var token in added.EnumerateArray())
                Set(token.GetProperty("id").GetInt32(), token.GetProperty("content").GetString()!, token.GetProperty("special").GetBoolean() ? Control : UserDefined);
        }
        var stages = PreTokenizers(root);
        if (kind == "Unigram")
        {
            var unigram = UnigramVocabulary.Read(root, model, stages, rows, out var problem) ?? throw NotExportable(path, problem!);
            types[unigram.UnknownId] = Unknown;
            return new GgufVocabulary("t5", "default", tokens, types)
            {
                Scores = unigram.Scores, AddsSpacePrefix = unigram.AddsSpacePrefix, RemovesExtraSpaces = unigram.RemovesExtraSpaces,
                CharacterMap = unigram.CharacterMap, UnknownId = unigram.UnknownId,
            };
        }
        if (stages.Any(stage => TypeOf(stage) == "ByteLevel"))
            return new GgufVocabulary("gpt2", WordPatternOf(stages, path), tokens, types) { Merges = [.. model.GetProperty("merges").EnumerateArray().Select(MergeText)] };
        return SentencePiece(root, model, stages, tokens, types, path);

        void Set(int id, string token, int kind)
        {
            if (id < 0 || id >= rows)
                throw NotExportable(path, $"its token {id} has no row in the embedding of {rows}");
            if (token.Contains('\0'))
                throw NotExportable(path, $"its token {id} holds a zero, at which llama.cpp ends a text");
            (tokens[id], types[id]) = (token, kind);
        }
    }

    private static GgufVocabulary SentencePiece(JsonElement root, JsonElement model, JsonElement[] stages, string[] tokens, int[] types, string path)
    {
        if (!model.TryGetProperty("byte_fallback", out var fallback) || fallback.ValueKind != JsonValueKind.True)
            throw NotExportable(path, "it neither works on bytes nor falls back to them");
        // Gemma's cut at spaces finds none, for they have become visible before.
        if (stages.Any(stage => !(TypeOf(stage) == "Split" && stage.GetProperty("pattern").TryGetProperty("String", out var at) && at.GetString() == " ")))
            throw NotExportable(path, "it cuts words before it merges");
        var addsSpacePrefix = PrefixesSpace(root, path);
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var entry in model.GetProperty("vocab").EnumerateObject())
            ids[entry.Name] = entry.Value.GetInt32();
        for (var value = 0; value < 256; value++)
        {
            if (!ids.TryGetValue($"<0x{value:X2}>", out var id))
                throw NotExportable(path, $"it has no token <0x{value:X2}>");
            types[id] = Byte;
        }
        int? unknown = model.TryGetProperty("unk_token", out var name) && name.GetString() is { } token && ids.TryGetValue(token, out var found) ? found : null;
        if (unknown is { } unknownId)
            types[unknownId] = Unknown;
        var scores = PieceScores.Of(ids, tokens.Length, model.GetProperty("merges"), id => types[id] == Normal, out var problem) ?? throw NotExportable(path, problem!);
        return new GgufVocabulary("llama", "default", tokens, types) { Scores = scores, AddsSpacePrefix = addsSpacePrefix, UnknownId = unknown };
    }

    /// <summary>Spaces must be made visible, as llama.cpp does, and nothing else be done to the text but to put one before it.</summary>
    private static bool PrefixesSpace(JsonElement root, string path)
    {
        var normalizer = root.GetProperty("normalizer");
        var steps = normalizer.ValueKind == JsonValueKind.Object && normalizer.TryGetProperty("normalizers", out var list) ? [.. list.EnumerateArray()] : new[] { normalizer };
        var isPrefixed = steps is [{ ValueKind: JsonValueKind.Object } first, _] && TypeOf(first) == "Prepend" && first.GetProperty("prepend").GetString() == Space;
        if (steps is [.., { ValueKind: JsonValueKind.Object } last] && steps.Length == (isPrefixed ? 2 : 1) && TypeOf(last) == "Replace"
            && last.GetProperty("pattern").TryGetProperty("String", out var pattern) && pattern.GetString() == " " && last.GetProperty("content").GetString() == Space)
            return isPrefixed;
        throw NotExportable(path, "it normalises text in a way that llama.cpp does not");
    }

    private static string MergeText(JsonElement merge) =>
        merge.ValueKind == JsonValueKind.Array ? $"{merge[0].GetString()} {merge[1].GetString()}" : merge.GetString()!;

    private static string TypeOf(JsonElement stage) => stage.GetProperty("type").GetString()!;

    private static JsonElement[] PreTokenizers(JsonElement root) =>
        !root.TryGetProperty("pre_tokenizer", out var pre) || pre.ValueKind != JsonValueKind.Object ? []
        : pre.TryGetProperty("pretokenizers", out var list) ? [.. list.EnumerateArray()]
        : [pre];

    private static string WordPatternOf(JsonElement[] stages, string path)
    {
        var patterns = stages.Where(stage => TypeOf(stage) == "Split").Select(stage => stage.GetProperty("pattern").GetProperty("Regex").GetString()).ToList();
        return patterns switch
        {
            [] => "gpt-2",
            [WordPatterns.Qwen2] => "qwen2",
            [WordPatterns.Llama3] => "llama-bpe",
            _ => throw NotExportable(path, "it cuts words by a pattern that llama.cpp has no name for"),
        };
    }

    private static SwiftException NotExportable(string path, string problem) =>
        SwiftException.BadInput("tokenizer_not_exportable", $"{path} cannot be written as a GGUF vocabulary: {problem}. Export the model to Hugging Face's format instead.");
}
