using System.Text.Json;

namespace Swift.Api.Pipelines.Inputs;

/// <summary>The size of the vocabulary in a <c>tokenizer.json</c>.</summary>
internal static class TokenizerJsonFile
{
    private static readonly string[] SupportedModels = ["BPE", "Unigram", "WordPiece", "WordLevel"];

    /// <returns>Highest id + 1; null with <paramref name="problem"/> set when the file is of no use.</returns>
    public static int? Size(string path, out string? problem)
    {
        using var document = JsonInput.Parse(path, out problem);
        if (document is null) return null;
        problem = $"{path} is no tokenizer.json: it has no model with a vocab.";
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("model", out var model) || model.ValueKind != JsonValueKind.Object
            || !model.TryGetProperty("vocab", out var vocabulary))
            return null;
        var type = TypeOf(model, vocabulary);
        if (!SupportedModels.Contains(type))
        {
            problem = $"{path} is a tokenizer of the type \"{type}\"; supported: {string.Join(", ", SupportedModels)}.";
            return null;
        }
        // Unigram's ids are places in a list.
        var (kind, highest) = type == "Unigram"
            ? (JsonValueKind.Array, vocabulary.ValueKind == JsonValueKind.Array ? vocabulary.GetArrayLength() - 1 : -1)
            : (JsonValueKind.Object, JsonInput.HighestNumber(vocabulary));
        if (vocabulary.ValueKind != kind)
        {
            problem = $"{path} is a {type} whose model.vocab is not {(kind == JsonValueKind.Array ? "a list" : "an object")}.";
            return null;
        }
        if (root.TryGetProperty("added_tokens", out var added) && added.ValueKind == JsonValueKind.Array)
            foreach (var token in added.EnumerateArray())
                if (token.ValueKind == JsonValueKind.Object && token.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out var number))
                    highest = Math.Max(highest, number);
        problem = highest < 0 ? $"{path} has an empty vocabulary." : null;
        return problem is null ? highest + 1 : null;
    }

    /// <summary>Old files name no type; what they hold tells it.</summary>
    private static string TypeOf(JsonElement model, JsonElement vocabulary) =>
        model.TryGetProperty("type", out var written) && written.ValueKind == JsonValueKind.String ? written.GetString()!
        : model.TryGetProperty("merges", out _) ? "BPE"
        : vocabulary.ValueKind == JsonValueKind.Array ? "Unigram" : "WordPiece";
}
