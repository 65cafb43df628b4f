using System.Text.Json;
using Swift.Contracts.Experiments;
using Swift.Models.Folders;
using Swift.Models.Tokenizers.Json;

namespace Swift.Models.Heads;

/// <summary>The files by which sentence-transformers knows how a model's hidden states become a vector: <c>modules.json</c> and <c>1_Pooling/config.json</c>.</summary>
internal static class SentenceEmbeddingFiles
{
    private const string ModulesName = "modules.json";
    private const string PoolingFolder = "1_Pooling";
    private const string NormalizeFolder = "2_Normalize";
    private const string NormalizeType = "sentence_transformers.models.Normalize";

    /// <summary>The last token's state, scaled to length 1, where the folder says nothing.</summary>
    /// <exception cref="SwiftException">BadInput: a file is damaged, or asks for another kind of pooling.</exception>
    public static Pooling Read(string folder)
    {
        var modulesPath = Path.Combine(folder, ModulesName);
        var poolingPath = Path.Combine(folder, PoolingFolder, "config.json");
        var normalize = true;
        if (File.Exists(modulesPath))
        {
            // The root is a list.
            using var modules = JsonFile.ReadValue(modulesPath);
            normalize = modules.RootElement.ValueKind == JsonValueKind.Array
                && modules.RootElement.EnumerateArray().Any(module => module.TextOrNull("type") == NormalizeType);
        }
        if (!File.Exists(poolingPath))
            return new Pooling(PoolingKind.LastToken, normalize);
        using var config = JsonFile.Read(poolingPath);
        var modes = config.RootElement.EnumerateObject()
            .Where(field => field.Name.StartsWith("pooling_mode_", StringComparison.Ordinal) && field.Value.ValueKind == JsonValueKind.True).Select(field => field.Name).ToList();
        return modes switch
        {
            ["pooling_mode_lasttoken"] => new Pooling(PoolingKind.LastToken, normalize),
            ["pooling_mode_mean_tokens"] => new Pooling(PoolingKind.Mean, normalize),
            _ => throw SwiftException.BadInput("model_not_supported",
                $"{poolingPath}: the pooling {(modes.Count == 0 ? "without any mode" : string.Join(" with ", modes))} is not supported; supported: pooling_mode_lasttoken, pooling_mode_mean_tokens."),
        };
    }

    public static void Write(string folder, Pooling pooling, int hiddenSize)
    {
        Directory.CreateDirectory(Path.Combine(folder, PoolingFolder));
        JsonFiles.Write(Path.Combine(folder, PoolingFolder, "config.json"), json =>
        {
            json.WriteNumber("word_embedding_dimension", hiddenSize);
            json.WriteBoolean("pooling_mode_cls_token", false);
            json.WriteBoolean("pooling_mode_mean_tokens", pooling.Kind == PoolingKind.Mean);
            json.WriteBoolean("pooling_mode_max_tokens", false);
            json.WriteBoolean("pooling_mode_mean_sqrt_len_tokens", false);
            json.WriteBoolean("pooling_mode_weightedmean_tokens", false);
            json.WriteBoolean("pooling_mode_lasttoken", pooling.Kind == PoolingKind.LastToken);
            json.WriteBoolean("include_prompt", true);
        });
        if (pooling.Normalize)
            Directory.CreateDirectory(Path.Combine(folder, NormalizeFolder));
        List<(string Path, string Type)> modules = [("", "sentence_transformers.models.Transformer"), (PoolingFolder, "sentence_transformers.models.Pooling")];
        if (pooling.Normalize)
            modules.Add((NormalizeFolder, NormalizeType));
        using var stream = File.Create(Path.Combine(folder, ModulesName));
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartArray();
        foreach (var (index, (path, type)) in modules.Index())
        {
            json.WriteStartObject();
            json.WriteNumber("idx", index);
            json.WriteString("name", $"{index}");
            json.WriteString("path", path);
            json.WriteString("type", type);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
