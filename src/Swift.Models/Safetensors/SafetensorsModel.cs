using System.Text.Json;
using System.Text.RegularExpressions;
using Swift.Contracts.Experiments;
using Swift.Models.Config;
using Swift.Models.Decoders;
using Swift.Models.Folders;
using static TorchSharp.torch;

namespace Swift.Models.Safetensors;

/// <summary>A decoder's weights in a model folder: <c>model.safetensors</c>, or several files with an index.</summary>
public static partial class SafetensorsModel
{
    public const string FileName = "model.safetensors";
    public const long DefaultShardBytes = 5_000_000_000;
    private const string Prefix = "model.";
    private const string ScoreName = "score.weight";
    private const string IndexName = "model.safetensors.index.json";

    /// <summary>Reads every parameter; types other than the decoder's are converted.</summary>
    /// <exception cref="SwiftException">BadInput: <c>bad_safetensors</c>, or <c>weights_mismatch</c> with every tensor that is missing,
    /// unexpected or of another shape.</exception>
    /// <param name="lacksHead">The folder is a model of another kind: what the head needs keeps its value where it is not there.</param>
    public static void Load(Decoder decoder, string modelFolder, bool lacksHead = false)
    {
        WithTensors(decoder, modelFolder, lacksHead, where =>
        {
            using var grad = no_grad();
            foreach (var (name, view) in decoder.Parameters.SelectMany(parameter => parameter.Views()))
            {
                using var scope = NewDisposeScope();
                if (where.TryGetValue(name, out var found))
                    view.copy_(found.File.Read(found.Name));
                view.Dispose();
            }
        });
    }

    /// <summary>Checks what <see cref="Load"/> would check and reads no weights; the decoder may be on the meta device.</summary>
    /// <inheritdoc cref="Load" path="/exception"/>
    public static void Check(Decoder decoder, string modelFolder) => WithTensors(decoder, modelFolder, lacksHead: false, _ => { });

    private static void WithTensors(Decoder decoder, string modelFolder, bool lacksHead, Action<Dictionary<string, StoredTensor>> use)
    {
        var files = new List<SafetensorsFile>();
        try
        {
            foreach (var path in WeightFiles(modelFolder))
                files.Add(SafetensorsFile.Open(path));
            var where = Locate(files, modelFolder, decoder.Config.Head);
            CheckNames(decoder, where, modelFolder, lacksHead);
            use(where);
        }
        finally
        {
            foreach (var file in files)
                file.Dispose();
        }
    }

    /// <summary>
    /// Writes <c>model.safetensors</c>, or, where that would be larger than <paramref name="maximumShardBytes"/>, numbered files of at
    /// most that size (a larger tensor has one to itself) and their index. What another split left in the folder is removed.
    /// </summary>
    /// <param name="type">Type to write in; null = the decoder's.</param>
    public static void Save(Decoder decoder, string modelFolder, ScalarType? type = null, long maximumShardBytes = DefaultShardBytes)
    {
        using var scope = NewDisposeScope();
        var shards = new List<List<(string Name, Tensor View)>>();
        long size = 0, total = 0;
        foreach (var (parameterName, view) in decoder.Parameters.SelectMany(parameter => parameter.Views()))
        {
            var name = decoder.Config.Head == HeadKind.Embedding ? parameterName[Prefix.Length..] : parameterName;
            var bytes = view.numel() * SafetensorsType.Of(type ?? view.dtype).Size;
            if (shards.Count == 0 || size + bytes > maximumShardBytes)
            {
                shards.Add([]);
                size = 0;
            }
            shards[^1].Add((name, view));
            (size, total) = (size + bytes, total + bytes);
        }
        var names = shards.Count == 1 ? [FileName]
            : shards.Index().Select(shard => $"model-{shard.Index + 1:d5}-of-{shards.Count:d5}.safetensors").ToArray();
        foreach (var (shard, name) in shards.Zip(names))
            SafetensorsWriter.Write(Path.Combine(modelFolder, name), shard, type);
        if (shards.Count > 1)
            WriteIndex(modelFolder, total, shards.Zip(names).SelectMany(shard => shard.First.Select(item => (item.Name, File: shard.Second))));
        RemoveOthers(modelFolder, names);
    }

    private static void WriteIndex(string modelFolder, long totalBytes, IEnumerable<(string Name, string File)> where) =>
        JsonFiles.Write(Path.Combine(modelFolder, IndexName), json =>
        {
            json.WriteStartObject("metadata");
            json.WriteNumber("total_size", totalBytes);
            json.WriteEndObject();
            json.WriteStartObject("weight_map");
            foreach (var (name, file) in where.OrderBy(item => item.Name, StringComparer.Ordinal))
                json.WriteString(name, file);
            json.WriteEndObject();
        });

    private static void RemoveOthers(string modelFolder, string[] names)
    {
        if (names.Length == 1)
            File.Delete(Path.Combine(modelFolder, IndexName));
        foreach (var file in Directory.EnumerateFiles(modelFolder, "model*.safetensors"))
        {
            var name = Path.GetFileName(file);
            if (!names.Contains(name) && (name == FileName || ShardName().IsMatch(name)))
                File.Delete(file);
        }
    }

    [GeneratedRegex("^model-[0-9]{5}-of-[0-9]{5}\\.safetensors$")]
    private static partial Regex ShardName();

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

    /// <summary>A tensor by the name it has in its file.</summary>
    private readonly record struct StoredTensor(SafetensorsFile File, string Name);

    /// <summary>A model without a head is stored without the prefix that the others have; both are read.</summary>
    private static Dictionary<string, StoredTensor> Locate(List<SafetensorsFile> files, string modelFolder, HeadKind head)
    {
        var prefix = head == HeadKind.Embedding && !files.Any(file => file.Entries.Keys.Any(name => name.StartsWith(Prefix, StringComparison.Ordinal))) ? Prefix : "";
        var where = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            foreach (var name in file.Entries.Keys)
            {
                if (!where.TryAdd(prefix + name, new StoredTensor(file, name)))
                    throw SwiftException.BadInput("bad_safetensors", $"Two files in {modelFolder} hold \"{name}\".");
            }
        }
        return where;
    }

    private static void CheckNames(Decoder decoder, Dictionary<string, StoredTensor> where, string modelFolder, bool lacksHead)
    {
        var problems = new List<string>();
        using var scope = NewDisposeScope();
        var expected = decoder.Parameters.SelectMany(parameter => parameter.Views()).ToDictionary(view => view.Name, view => view.View.shape);
        foreach (var (name, shape) in expected)
        {
            if (!where.TryGetValue(name, out var found))
            {
                if (!lacksHead || name != ScoreName)
                    problems.Add($"{name} is missing");
            }
            else if (found.File.Entries[found.Name] is var entry && !entry.Shape.SequenceEqual(shape))
                problems.Add($"{name} has shape [{string.Join(", ", entry.Shape)}], config.json asks for [{string.Join(", ", shape)}]");
        }
        problems.AddRange(where.Keys.Where(name => !expected.ContainsKey(name) && !IsHarmless(name, decoder))
            .Order(StringComparer.Ordinal).Select(name => $"{name} is unexpected"));
        if (problems.Count > 0)
            throw SwiftException.BadInput("weights_mismatch", $"The weights in {modelFolder} do not fit its config.json: {string.Join("; ", problems)}.");
    }

    /// <summary>Older folders hold the tied output projection a second time, language models one that other heads do not use, and the rotary frequencies, which follow from the configuration.</summary>
    private static bool IsHarmless(string name, Decoder decoder) =>
        (name == "lm_head.weight" && (decoder.Config.TieWordEmbeddings || decoder.Config.Head != HeadKind.CausalLanguageModel))
        || name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal);
}
