using System.Text.Json;
using Swift.Models.Tokenizers.Encoders;

namespace Swift.Models.Tokenizers.Json;

/// <summary>The <c>model</c> of <c>tokenizer.json</c>.</summary>
internal static class EncoderReader
{
    public static PieceEncoder Read(JsonElement model, Vocabulary vocabulary, bool byteLevel)
    {
        // Old files name no type; they are BPE.
        var type = model.TextOrNull("type") ?? "BPE";
        return type switch
        {
            "BPE" when byteLevel => ReadByteLevel(model, vocabulary),
            _ => throw JsonFields.Unsupported($"the model {type}"),
        };
    }

    public static void ReadVocabulary(JsonElement model, Vocabulary vocabulary)
    {
        foreach (var property in model.Require("vocab").EnumerateObject())
        {
            vocabulary.Add(property.Name, property.Value.GetInt32());
        }
    }

    private static ByteLevelEncoder ReadByteLevel(JsonElement model, Vocabulary vocabulary)
    {
        var byteIds = new int[256];
        for (var value = 0; value < 256; value++)
        {
            byteIds[value] = vocabulary.IdOf(ByteLevelAlphabet.ToCharacter((byte)value).ToString()) ?? -1;
        }
        return new ByteLevelEncoder(byteIds, ReadMerges(model, vocabulary), model.Flag("ignore_merges") ? vocabulary : null);
    }

    private static MergeTable ReadMerges(JsonElement model, Vocabulary vocabulary)
    {
        var prefixLength = model.TextOrNull("continuing_subword_prefix")?.Length ?? 0;
        var merges = new List<(int, int, int)>();
        foreach (var merge in model.Items("merges"))
        {
            var (left, right) = ReadMerge(merge);
            merges.Add((
                vocabulary.Require(left, "a merge's token"),
                vocabulary.Require(right, "a merge's token"),
                vocabulary.Require(left + right[Math.Min(prefixLength, right.Length)..], "a merge's result")));
        }
        return new MergeTable(merges);
    }

    /// <summary>A merge is "a b", or in newer files ["a", "b"], which can hold spaces.</summary>
    private static (string Left, string Right) ReadMerge(JsonElement merge)
    {
        if (merge.ValueKind == JsonValueKind.Array && merge.GetArrayLength() == 2) return (merge[0].GetString()!, merge[1].GetString()!);
        if (merge.ValueKind == JsonValueKind.String && merge.GetString()!.Split(' ') is [var left, var right]) return (left, right);
        throw JsonFields.Invalid($"the merge {merge.GetRawText()} is not a pair of tokens");
    }
}
