using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace Swift.Benchmarks;

/// <summary>Microsoft's byte-level BPE from a <c>tokenizer.json</c> whose words are cut by one pattern; normalizers and added tokens are left out.</summary>
internal static class MicrosoftTokenizer
{
    /// <summary>Null where the file is of another kind.</summary>
    public static BpeTokenizer? Of(string folder)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "tokenizer.json")));
        var root = document.RootElement;
        if (!root.GetProperty("pre_tokenizer").TryGetProperty("pretokenizers", out var steps) || steps.GetArrayLength() != 2
            || !steps[0].TryGetProperty("pattern", out var pattern) || steps[1].GetProperty("type").GetString() != "ByteLevel")
            return null;
        var model = root.GetProperty("model");
        return BpeTokenizer.Create(new BpeOptions([.. model.GetProperty("vocab").EnumerateObject().Select(entry => KeyValuePair.Create(entry.Name, entry.Value.GetInt32()))])
        {
            ByteLevel = true,
            Merges = [.. model.GetProperty("merges").EnumerateArray().Select(merge => merge.ValueKind == JsonValueKind.Array ? $"{merge[0].GetString()} {merge[1].GetString()}" : merge.GetString()!)],
            PreTokenizer = new RegexPreTokenizer(new Regex(pattern.GetProperty("Regex").GetString()!, RegexOptions.Compiled), null),
        });
    }
}
