using System.Text.Json;
using Swift.Contracts.Experiments;
using Swift.Models.Tokenizers.PreTokenizers;

namespace Swift.Models.Gguf;

/// <summary>A byte-level BPE vocabulary as llama.cpp wants it, read from <c>tokenizer.json</c>.</summary>
/// <param name="PreTokenizer">llama.cpp's name of the word pattern.</param>
/// <param name="Tokens">By id, one per row of the embedding.</param>
/// <param name="Types">1 normal, 3 control, 4 user-defined, 5 unused.</param>
/// <param name="Merges">Pairs in order of rank, separated by a space.</param>
internal sealed record GgufVocabulary(string PreTokenizer, string[] Tokens, int[] Types, string[] Merges)
{
    private const int Normal = 1, Control = 3, UserDefined = 4, Unused = 5;

    /// <exception cref="SwiftException">BadInput <c>tokenizer_not_exportable</c>: llama.cpp has no name for this kind of tokenizer.</exception>
    public static GgufVocabulary Read(string modelFolder, int rows)
    {
        var path = Path.Combine(modelFolder, "tokenizer.json");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
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
        if (!model.TryGetProperty("type", out var type) || type.GetString() != "BPE")
            throw NotExportable(path, "its model is not BPE");
        var tokens = new string[rows];
        var types = new int[rows];
        for (var id = 0; id < rows; id++)
            (tokens[id], types[id]) = ($"[PAD{id}]", Unused);
        foreach (var entry in model.GetProperty("vocab").EnumerateObject())
            Set(entry.Value.GetInt32(), entry.Name, Normal);
        if (root.TryGetProperty("added_tokens", out var added))
        {
            foreach (var token in added.EnumerateArray())
                Set(token.GetProperty("id").GetInt32(), token.GetProperty("content").GetString()!, token.GetProperty("special").GetBoolean() ? Control : UserDefined);
        }
        var merges = model.GetProperty("merges").EnumerateArray()
            .Select(merge => merge.ValueKind == JsonValueKind.Array ? $"{merge[0].GetString()} {merge[1].GetString()}" : merge.GetString()!);
        return new GgufVocabulary(WordPatternOf(root, path), tokens, types, [.. merges]);

        void Set(int id, string token, int kind)
        {
            if (id < 0 || id >= rows)
                throw NotExportable(path, $"its token {id} has no row in the embedding of {rows}");
            (tokens[id], types[id]) = (token, kind);
        }
    }

    private static string WordPatternOf(JsonElement root, string path)
    {
        var stages = root.GetProperty("pre_tokenizer") is var pre && pre.ValueKind == JsonValueKind.Object && pre.TryGetProperty("pretokenizers", out var list)
            ? [.. list.EnumerateArray()]
            : new[] { pre };
        string TypeOf(JsonElement stage) => stage.GetProperty("type").GetString()!;
        if (!stages.Any(stage => TypeOf(stage) == "ByteLevel"))
            throw NotExportable(path, "it does not work on bytes");
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
        SwiftException.BadInput("tokenizer_not_exportable", $"{path} cannot be written as a GGUF vocabulary: {problem}.");
}
