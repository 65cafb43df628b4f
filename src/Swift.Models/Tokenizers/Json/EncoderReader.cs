using System.Text.Json;
using Swift.Models.Tokenizers.Encoders;

namespace Swift.Models.Tokenizers.Json;

/// <summary>The <c>model</c> of <c>tokenizer.json</c>.</summary>
internal static class EncoderReader
{
    /// <param name="byteLevel">Pieces are encoded as bytes in GPT-2's alphabet.</param>
    public static PieceEncoder Read(JsonElement model, Vocabulary vocabulary, bool byteLevel)
    {
        var type = TypeOf(model);
        return type switch
        {
            "BPE" when byteLevel => ReadByteLevel(model, vocabulary),
            _ when byteLevel => throw JsonFields.Unsupported($"the model {type} after a ByteLevel pre-tokenizer"),
            "BPE" => ReadBytePair(model, vocabulary),
            "Unigram" => new UnigramEncoder([.. ReadScores(model)], model.Find("unk_id")?.GetInt32(), model.Flag("byte_fallback") ? ByteFallback.Of(vocabulary) : null),
            "WordPiece" => new WordPieceEncoder(vocabulary, vocabulary.Require(model.TextOrNull("unk_token") ?? "[UNK]", "the unknown token"),
                model.TextOrNull("continuing_subword_prefix") ?? "##", model.Integer("max_input_chars_per_word", 100)),
            "WordLevel" => new WordLevelEncoder(vocabulary, model.TextOrNull("unk_token") is { } unknown ? vocabulary.IdOf(unknown) : null),
            _ => throw JsonFields.Unsupported($"the model {type}"),
        };
    }

    public static void ReadVocabulary(JsonElement model, Vocabulary vocabulary)
    {
        if (TypeOf(model) == "Unigram")
        {
            var id = 0;
            foreach (var (token, _) in ReadScores(model)) vocabulary.Add(token, id++);
            return;
        }
        foreach (var property in model.Require("vocab").EnumerateObject())
        {
            vocabulary.Add(property.Name, property.Value.GetInt32());
        }
    }

    /// <summary>Old files name no type; what they hold tells it.</summary>
    private static string TypeOf(JsonElement model) => model.TextOrNull("type")
        ?? (model.Find("merges") is not null ? "BPE" : model.Find("vocab")?.ValueKind == JsonValueKind.Array ? "Unigram" : "WordPiece");

    private static IEnumerable<(string Token, double Score)> ReadScores(JsonElement model) =>
        model.Items("vocab").Select(entry => (entry[0].GetString()!, entry[1].GetDouble()));

    private static ByteLevelEncoder ReadByteLevel(JsonElement model, Vocabulary vocabulary)
    {
        var byteIds = new int[256];
        for (var value = 0; value < 256; value++)
        {
            byteIds[value] = vocabulary.IdOf(ByteLevelAlphabet.ToCharacter((byte)value).ToString()) ?? -1;
        }
        return new ByteLevelEncoder(byteIds, ReadMerges(model, vocabulary), model.Flag("ignore_merges") ? vocabulary : null);
    }

    private static BytePairEncoder ReadBytePair(JsonElement model, Vocabulary vocabulary) =>
        new(vocabulary, ReadMerges(model, vocabulary), new BytePairOptions(
            model.TextOrNull("unk_token") is { Length: > 0 } unknown ? vocabulary.Require(unknown, "the unknown token") : null,
            model.Flag("fuse_unk"),
            model.Flag("byte_fallback") ? ByteFallback.Of(vocabulary) : null,
            model.TextOrNull("continuing_subword_prefix") ?? "",
            model.TextOrNull("end_of_word_suffix") ?? "",
            model.Flag("ignore_merges")));

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
