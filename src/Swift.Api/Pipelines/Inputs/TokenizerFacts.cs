using System.Text.Json;

namespace Swift.Api.Pipelines.Inputs;

/// <summary>What the door needs to know of a <c>tokenizer.json</c>.</summary>
/// <param name="Size">Highest token id + 1, added tokens included.</param>
internal sealed record TokenizerFacts(int Size)
{
    private static readonly string[] SupportedModels = ["BPE"];

    /// <summary>The files beside a <c>tokenizer.json</c> that belong to it.</summary>
    public static bool IsTokenizerFile(string path) => path is
        "tokenizer.json" or "tokenizer_config.json" or "special_tokens_map.json" or "added_tokens.json"
        or "generation_config.json" or "chat_template.jinja" or "chat_template.json";

    /// <summary>Reads a <c>tokenizer.json</c>, or the one in a folder; null with <paramref name="problem"/> set when it is of no use.</summary>
    public static TokenizerFacts? Read(string path, out string? problem)
    {
        if (Directory.Exists(path)) path = Path.Combine(path, "tokenizer.json");
        problem = InputFile.Problem(path);
        if (problem is not null) return null;
        try
        {
            using var stream = File.OpenRead(path);
            using var document = JsonDocument.Parse(stream);
            return Read(document.RootElement, path, out problem);
        }
        catch (JsonException broken)
        {
            problem = $"{path} is not valid JSON (line {broken.LineNumber + 1}).";
            return null;
        }
    }

    private static TokenizerFacts? Read(JsonElement root, string path, out string? problem)
    {
        problem = $"{path} is no tokenizer.json: it has no model with a vocab.";
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("model", out var model) || model.ValueKind != JsonValueKind.Object) return null;

        // Old files leave the type out; they are BPE.
        var type = model.TryGetProperty("type", out var written) && written.ValueKind == JsonValueKind.String ? written.GetString()! : "BPE";
        if (!SupportedModels.Contains(type))
        {
            problem = $"{path} is a tokenizer of the type \"{type}\"; supported: {string.Join(", ", SupportedModels)}.";
            return null;
        }
        if (!model.TryGetProperty("vocab", out var vocabulary) || vocabulary.ValueKind != JsonValueKind.Object) return null;

        var highest = -1;
        foreach (var entry in vocabulary.EnumerateObject())
            if (entry.Value.ValueKind == JsonValueKind.Number && entry.Value.TryGetInt32(out var id)) highest = Math.Max(highest, id);
        if (root.TryGetProperty("added_tokens", out var added) && added.ValueKind == JsonValueKind.Array)
            foreach (var token in added.EnumerateArray())
                if (token.ValueKind == JsonValueKind.Object && token.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out var number))
                    highest = Math.Max(highest, number);
        if (highest < 0)
        {
            problem = $"{path} has an empty vocabulary.";
            return null;
        }
        problem = null;
        return new TokenizerFacts(highest + 1);
    }
}
