using System.Text.Json;
using Swift.Models.Tokenizers.Encoders;
using Swift.Models.Tokenizers.PostProcessors;

namespace Swift.Models.Tokenizers.Json;

/// <summary>The parts that tokens play, from <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c> and <c>generation_config.json</c> of a model folder.</summary>
internal static class SpecialTokensReader
{
    public static SpecialTokens Read(string? folder, Vocabulary vocabulary, PostProcessor? postProcessor)
    {
        using var config = Open(folder, "tokenizer_config.json");
        using var map = Open(folder, "special_tokens_map.json");
        using var generation = Open(folder, "generation_config.json");
        int? Id(string name) => TokenOf(config, name) is { } token && vocabulary.IdOf(token) is { } id ? id
            : TokenOf(map, name) is { } mapped ? vocabulary.IdOf(mapped) : null;

        var ends = EndIds(generation);
        int? Known(params string[] names) => names.Select(vocabulary.IdOf).FirstOrDefault(id => id is not null);
        var bos = Id("bos_token") ?? (config is null ? Known("<|begin_of_text|>", "<s>", "<bos>") : null);
        var eos = Id("eos_token") ?? (ends.Count > 0 ? ends[0] : Known([.. SpecialTokens.EndNames, "</s>", "<eos>"]));
        var stop = new HashSet<int>(ends.Where(id => id >= 0 && id < vocabulary.Size));
        if (eos is { } end) stop.Add(end);
        foreach (var name in SpecialTokens.EndNames)
        {
            if (vocabulary.IdOf(name) is { } id) stop.Add(id);
        }
        var root = config?.RootElement ?? default;
        var added = postProcessor?.Process([]) ?? [];
        return new SpecialTokens(bos, eos, Id("pad_token"), stop,
            AddBos: bos is not null && ((added.Length > 0 && added[0] == bos) || root.Flag("add_bos_token")),
            AddEos: root.Flag("add_eos_token"));
    }

    private static JsonDocument? Open(string? folder, string file)
    {
        if (folder is null) return null;
        var path = Path.Combine(folder, file);
        return File.Exists(path) ? JsonFile.Read(path) : null;
    }

    /// <summary>A token is written as a string or as an object with its content.</summary>
    private static string? TokenOf(JsonDocument? document, string name) => document?.RootElement.Find(name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Object } token => token.TextOrNull("content"),
        _ => null,
    };

    private static List<int> EndIds(JsonDocument? generation) => generation?.RootElement.Find("eos_token_id") switch
    {
        { ValueKind: JsonValueKind.Number } id => [id.GetInt32()],
        { ValueKind: JsonValueKind.Array } ids => [.. ids.EnumerateArray().Select(id => id.GetInt32())],
        _ => [],
    };
}
