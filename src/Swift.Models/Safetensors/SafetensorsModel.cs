using System.Text.Json;
using Swift.Contracts.Experiments;
using Swift.Models.Decoders;
using static TorchSharp.torch;

namespace Swift.Models.Safetensors;

/// <summary>A decoder's weights in a model folder: <c>model.safetensors</c>, or several files with an index.</summary>
public static class SafetensorsModel
{
    public const string FileName = "model.safetensors";
    private const string IndexName = "model.safetensors.index.json";

    /// <summary>Reads every parameter; types other than the decoder's are converted.</summary>
    /// <exception cref="SwiftException">BadInput: <c>bad_safetensors</c>, or <c>weights_mismatch</c> with every tensor that is missing,
    /// unexpected or of another shape.</exception>
    public static void Load(Decoder decoder, string modelFolder)
    {
        WithTensors(decoder, modelFolder, where =>
        {
            using var grad = no_grad();
            foreach (var (name, view) in decoder.Parameters.SelectMany(parameter => parameter.Views()))
            {
                using var scope = NewDisposeScope();
                view.copy_(where[name].Read(name));
                view.Dispose();
            }
        });
    }

    /// <summary>Checks what <see cref="Load"/> would check and reads no weights; the decoder may be on the meta device.</summary>
    /// <inheritdoc cref="Load" path="/exception"/>
    public static void Check(Decoder decoder, string modelFolder) => WithTensors(decoder, modelFolder, _ => { });

    private static void WithTensors(Decoder decoder, string modelFolder, Action<Dictionary<string, SafetensorsFile>> use)
    {
        var files = new List<SafetensorsFile>();
        try
        {
            foreach (var path in WeightFiles(modelFolder))
                files.Add(SafetensorsFile.Open(path));
            var where = Locate(files, modelFolder);
            CheckNames(decoder, where, modelFolder);
            use(where);
        }
        finally
        {
            foreach (var file in files)
                file.Dispose();
        }
    }

    /// <summary>Writes <c>model.safetensors</c> in the decoder's type.</summary>
    public static void Save(Decoder decoder, string modelFolder)
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(Path.Combine(modelFolder, FileName), decoder.Parameters.SelectMany(parameter => parameter.Views()));
    }

    /// <summary>Every file that the weights consist of, the index included.</summary>
    public static IReadOnlyList<string> FilesOf(string modelFolder)
    {
        var index = Path.Combine(modelFolder, IndexName);
        var weights = WeightFiles(modelFolder);
        return weights is [var single] && Path.GetFileName(single) == FileName ? weights : [.. weights, index];
    }

    private static IReadOnlyList<string> WeightFiles(string modelFolder)
    {
        var single = Path.Combine(modelFolder, FileName);
        if (File.Exists(single))
            return [single];
        var index = Path.Combine(modelFolder, IndexName);
        if (!File.Exists(index))
            throw SwiftException.BadInput("bad_safetensors", $"{modelFolder} holds neither {FileName} nor {IndexName}.");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(index));
            var names = document.RootElement.GetProperty("weight_map").EnumerateObject()
                .Select(property => property.Value.GetString()!).Distinct().Order(StringComparer.Ordinal).ToList();
            if (names.FirstOrDefault(name => name != Path.GetFileName(name)) is { } outside)
                throw SwiftException.BadInput("bad_safetensors", $"{index} names \"{outside}\", which is not a file of its folder.");
            return [.. names.Select(name => Path.Combine(modelFolder, name))];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw SwiftException.BadInput("bad_safetensors", $"{index} is not an index of safetensors files: {e.Message}", e);
        }
    }

    private static Dictionary<string, SafetensorsFile> Locate(List<SafetensorsFile> files, string modelFolder)
    {
        var where = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            foreach (var name in file.Entries.Keys)
            {
                if (!where.TryAdd(name, file))
                    throw SwiftException.BadInput("bad_safetensors", $"Two files in {modelFolder} hold \"{name}\".");
            }
        }
        return where;
    }

    private static void CheckNames(Decoder decoder, Dictionary<string, SafetensorsFile> where, string modelFolder)
    {
        var problems = new List<string>();
        using var scope = NewDisposeScope();
        var expected = decoder.Parameters.SelectMany(parameter => parameter.Views()).ToDictionary(view => view.Name, view => view.View.shape);
        foreach (var (name, shape) in expected)
        {
            if (!where.TryGetValue(name, out var file))
                problems.Add($"{name} is missing");
            else if (file.Entries[name] is var entry && !entry.Shape.SequenceEqual(shape))
                problems.Add($"{name} has shape [{string.Join(", ", entry.Shape)}], config.json asks for [{string.Join(", ", shape)}]");
        }
        problems.AddRange(where.Keys.Where(name => !expected.ContainsKey(name) && !IsHarmless(name, decoder))
            .Order(StringComparer.Ordinal).Select(name => $"{name} is unexpected"));
        if (problems.Count > 0)
            throw SwiftException.BadInput("weights_mismatch", $"The weights in {modelFolder} do not fit its config.json: {string.Join("; ", problems)}.");
    }

    /// <summary>Older folders hold the tied output projection a second time, and the rotary frequencies, which follow from the configuration.</summary>
    private static bool IsHarmless(string name, Decoder decoder) =>
        (name == "lm_head.weight" && decoder.Config.TieWordEmbeddings)
        || name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal);
}
