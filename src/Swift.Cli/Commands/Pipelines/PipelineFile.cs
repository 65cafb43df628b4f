using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Swift.Api.Pipelines;
using Swift.Api.Pipelines.Reading;
using Swift.Cli.Terminal;

namespace Swift.Cli.Commands.Pipelines;

/// <summary>A pipeline specification on disk. The server judges it; here it only becomes JSON whose paths mean the same everywhere.</summary>
internal static class PipelineFile
{
    public static Argument<string> CreateArgument() => new("file") { Description = "YAML or JSON", HelpName = "FILE" };

    /// <summary>Nobody names a registered pipeline like that.</summary>
    public static bool LooksLikeFile(string name) =>
        name.Contains(Path.DirectorySeparatorChar) || Path.GetExtension(name).ToLowerInvariant() is ".yaml" or ".yml" or ".json";

    /// <summary>Reads the file; paths in it that are relative are relative to it.</summary>
    public static JsonElement Read(string path)
    {
        if (!File.Exists(path))
            throw new UsageException($"there is no file {path}.");
        var format = Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase) ? SpecificationFormat.Json : SpecificationFormat.Yaml;
        JsonNode? document;
        try
        {
            document = SpecificationDocument.Parse(File.ReadAllText(path), format);
        }
        catch (SpecificationException broken)
        {
            throw new UsageException($"{path} cannot be read:" + string.Concat(broken.Errors.Select(e => $"\n  {e.Path}: {e.Message}")));
        }
        MakePathsAbsolute(document, Path.GetDirectoryName(Path.GetFullPath(path))!);
        return JsonSerializer.SerializeToElement(document);
    }

    private static void MakePathsAbsolute(JsonNode? document, string folder)
    {
        if (document is not JsonObject pipeline)
            return;
        if (pipeline["model"] is JsonObject model)
        {
            MakeAbsolute(model, "path", folder);
            MakeAbsolute(model, "tokenizer", folder);
        }
        if (pipeline["stages"] is not JsonArray stages)
            return;
        foreach (var stage in stages.OfType<JsonObject>())
            if (stage["data"] is JsonObject data && data["dataset"] is JsonArray datasets)
                for (var i = 0; i < datasets.Count; i++)
                    if (AsPath(datasets[i]) is { } dataset)
                        datasets[i] = Path.GetFullPath(dataset, folder);
    }

    private static void MakeAbsolute(JsonObject owner, string member, string folder)
    {
        if (AsPath(owner[member]) is { } path)
            owner[member] = Path.GetFullPath(path, folder);
    }

    /// <summary>Text that can be a path; anything else is left for the server to refuse.</summary>
    private static string? AsPath(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 && text[0] != '~' && !text.Contains('\0') ? text : null;
}
