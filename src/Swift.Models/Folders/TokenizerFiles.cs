using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Swift.Models.Tokenizers;
using Swift.Models.Tokenizers.Conversion;

namespace Swift.Models.Folders;

/// <summary>The files of a model folder that say how text becomes ids and a conversation text; carried along byte for byte. A tokenizer in an older format becomes a <c>tokenizer.json</c>.</summary>
internal sealed class TokenizerFiles
{
    private const string Tokenizer = "tokenizer.json";
    private const string Configuration = "tokenizer_config.json";

    private static readonly string[] Names =
        [Configuration, "special_tokens_map.json", "added_tokens.json", "chat_template.jinja", "chat_template.json"];

    private readonly SortedDictionary<string, byte[]> _files;

    private TokenizerFiles(SortedDictionary<string, byte[]> files) => _files = files;

    /// <summary>Names everything in a model folder that decides how conversations become ids.</summary>
    public static string Digest(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in (string[])[Tokenizer, .. Names, "generation_config.json", "vocab.json", "merges.txt", "tokenizer.model"])
        {
            var file = Path.Combine(folder, name);
            if (!File.Exists(file))
                continue;
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <param name="path">A folder that holds a tokenizer, or its file.</param>
    public static TokenizerFiles Read(string path)
    {
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        // A tokenizer.json may have another name; what lies beside it belongs to it.
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal) { [Tokenizer] = TokenizerSource.Read(path).Json };
        foreach (var name in Names)
        {
            var file = Path.Combine(folder, name);
            if (File.Exists(file))
                files[name] = File.ReadAllBytes(file);
        }
        return new TokenizerFiles(files);
    }

    public void Write(string folder)
    {
        foreach (var (name, content) in _files)
            File.WriteAllBytes(Path.Combine(folder, name), content);
    }

    /// <summary>Writes the files, and a <c>tokenizer_config.json</c> where there was none, so that others find the end token.</summary>
    public void Write(string folder, Tokenizer tokenizer)
    {
        Write(folder);
        if (_files.ContainsKey(Configuration))
            return;
        JsonFiles.Write(Path.Combine(folder, Configuration), json =>
        {
            json.WriteBoolean("add_bos_token", tokenizer.AddBos);
            WriteToken(json, "bos_token", tokenizer, tokenizer.BosTokenId);
            json.WriteBoolean("clean_up_tokenization_spaces", false);
            WriteToken(json, "eos_token", tokenizer, tokenizer.EosTokenId);
            WriteToken(json, "pad_token", tokenizer, tokenizer.PadTokenId);
            json.WriteString("tokenizer_class", "PreTrainedTokenizerFast");
        });
    }

    private static void WriteToken(Utf8JsonWriter json, string name, Tokenizer tokenizer, int? id) =>
        json.WriteString(name, id is { } known ? tokenizer.IdToToken(known) : null);
}
