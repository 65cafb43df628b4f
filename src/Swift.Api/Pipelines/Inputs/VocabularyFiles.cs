using System.Globalization;
using System.Text.Json;

namespace Swift.Api.Pipelines.Inputs;

/// <summary>The size of a vocabulary in <c>vocab.json</c> and <c>merges.txt</c>, with the tokens that files beside them add.</summary>
internal static class VocabularyFiles
{
    /// <returns>Highest id + 1; null with <paramref name="problem"/> set when a file is of no use.</returns>
    public static int? Size(string vocabularyPath, string mergesPath, out string? problem)
    {
        problem = InputFile.Problem(mergesPath);
        if (problem is not null) return null;
        using var vocabulary = JsonInput.Parse(vocabularyPath, out problem);
        if (vocabulary is null) return null;
        var highest = JsonInput.HighestNumber(vocabulary.RootElement);
        if (highest < 0)
        {
            problem = $"{vocabularyPath} is no vocabulary: it must be an object that gives tokens their ids.";
            return null;
        }
        var folder = Path.GetDirectoryName(vocabularyPath)!;
        if (Highest(Path.Combine(folder, "added_tokens.json"), JsonInput.HighestNumber, out problem) is not { } added
            || Highest(Path.Combine(folder, "tokenizer_config.json"), HighestDecoded, out problem) is not { } decoded)
            return null;
        return Math.Max(highest, Math.Max(added, decoded)) + 1;
    }

    /// <returns>-1 where there is no such file; null with <paramref name="problem"/> set when it is of no use.</returns>
    private static int? Highest(string path, Func<JsonElement, int> highest, out string? problem)
    {
        problem = null;
        if (!File.Exists(path)) return -1;
        problem = InputFile.Problem(path);
        if (problem is not null) return null;
        using var document = JsonInput.Parse(path, out problem);
        return document is null ? null : highest(document.RootElement);
    }

    /// <summary>There the ids are the names of fields.</summary>
    private static int HighestDecoded(JsonElement config) =>
        config.ValueKind == JsonValueKind.Object && config.TryGetProperty("added_tokens_decoder", out var tokens) && tokens.ValueKind == JsonValueKind.Object
            ? tokens.EnumerateObject().Select(token => int.TryParse(token.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : -1).DefaultIfEmpty(-1).Max()
            : -1;
}
