using System.Text.Json;
using Swift.Api.Pipelines.Validation;

namespace Swift.Api.Pipelines.Inputs;

/// <summary>What the door needs to know of a Hugging Face model folder.</summary>
internal sealed record ModelFolderFacts(int VocabSize, int MaxPositionEmbeddings)
{
    /// <summary>The files of a model folder that are taken in: weights, configuration, tokenizer; not other formats of the same weights.</summary>
    public static bool IsModelFile(string path) =>
        !path.Contains('/') && !path.StartsWith('.') && Path.GetExtension(path) is ".safetensors" or ".json" or ".jinja" or ".txt" or ".model";

    /// <summary>Reads the folder; null with <paramref name="problem"/> set when it holds no model that can be used.</summary>
    public static ModelFolderFacts? Read(string folder, out string? problem)
    {
        if (!Directory.Exists(folder))
        {
            problem = File.Exists(folder) ? $"{folder} is a file; name the folder of a model." : $"There is no folder {folder}, seen from the machine of the API.";
            return null;
        }
        var path = Path.Combine(folder, "config.json");
        problem = InputFile.Problem(path);
        if (problem is not null) return null;
        try
        {
            if (!Directory.EnumerateFiles(folder, "*.safetensors").Any())
            {
                problem = $"{folder} has no *.safetensors files; weights in other formats are not read.";
                return null;
            }
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Read(document.RootElement, path, out problem);
        }
        catch (JsonException broken)
        {
            problem = $"{path} is not valid JSON (line {broken.LineNumber + 1}).";
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            problem = $"{folder} cannot be read: {denied.Message}";
        }
        return null;
    }

    private static ModelFolderFacts? Read(JsonElement config, string path, out string? problem)
    {
        problem = $"{path} does not hold an object.";
        if (config.ValueKind != JsonValueKind.Object) return null;

        var type = config.TryGetProperty("model_type", out var written) && written.ValueKind == JsonValueKind.String ? written.GetString()! : "";
        var supported = AllowedWords.Of("model_type");
        if (!supported.Contains(type))
        {
            problem = $"{path} has the model_type \"{type}\"; supported: {string.Join(", ", supported)}.";
            return null;
        }
        if (Positive(config, "vocab_size") is not { } vocabulary || Positive(config, "max_position_embeddings") is not { } positions)
        {
            problem = $"{path} must have vocab_size and max_position_embeddings, whole numbers above 0.";
            return null;
        }
        problem = null;
        return new ModelFolderFacts(vocabulary, positions);
    }

    private static int? Positive(JsonElement config, string name) =>
        config.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number > 0 ? number : null;
}
