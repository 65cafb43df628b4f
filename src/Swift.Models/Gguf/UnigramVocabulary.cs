using System.Text.Json;
using Swift.Models.Tokenizers.Normalizers;

namespace Swift.Models.Gguf;

/// <summary>
/// The parts of a Unigram <c>tokenizer.json</c> that llama.cpp's model <c>t5</c> has as well. It splits a whole text, spaces made
/// visible, where Hugging Face splits word by word; that is the same when no token reaches over a space.
/// </summary>
/// <param name="CharacterMap">SentencePiece's compiled normalisation; empty = none.</param>
/// <param name="AddsSpacePrefix">A space is put before a text.</param>
/// <param name="RemovesExtraSpaces">Runs of spaces become one, and those at the ends go.</param>
/// <param name="UnknownId">Of what no token stands for.</param>
internal sealed record UnigramVocabulary(float[] Scores, byte[] CharacterMap, bool AddsSpacePrefix, bool RemovesExtraSpaces, int UnknownId)
{
    private const char Space = '\u2581';

    /// <summary>Null with <paramref name="problem"/> set where llama.cpp would split otherwise.</summary>
    public static UnigramVocabulary? Read(JsonElement root, JsonElement model, IReadOnlyList<JsonElement> preTokenizers, int rows, out string? problem)
    {
        problem = null;
        if (model.TryGetProperty("byte_fallback", out var fallback) && fallback.ValueKind == JsonValueKind.True)
            problem = "it falls back to bytes";
        else if (!model.TryGetProperty("unk_id", out var unknown) || unknown.ValueKind != JsonValueKind.Number || unknown.GetInt32() is var id && (id < 0 || id >= rows))
            problem = "it has no unknown token";
        else if (preTokenizers is not [var only] || TypeOf(only) != "Metaspace" || only.GetProperty("replacement").GetString() != $"{Space}" || only.TryGetProperty("split", out var split) && !split.GetBoolean())
            problem = "it cuts words otherwise than before spaces";
        else if (Normalization(root.GetProperty("normalizer")) is not { } normalization)
            problem = "it normalises text in a way that llama.cpp does not";
        else if (model.GetProperty("vocab").EnumerateArray().Select(entry => entry[0].GetString()!).FirstOrDefault(token => token.LastIndexOf(Space) > 0) is { } wide)
            problem = $"its token {JsonSerializer.Serialize(wide)} reaches over a space";
        else
        {
            var prefixes = !only.TryGetProperty("prepend_scheme", out var scheme) || scheme.GetString() != "never";
            // Hugging Face takes all white space away at the ends, SentencePiece and llama.cpp spaces; published maps make spaces of the rest.
            if (normalization.RemovesExtraSpaces && !MakesSpaces(normalization.CharacterMap))
                problem = "it takes other white space than spaces away at the ends";
            // A text that starts with a space gets no second one there, and in llama.cpp only where spaces are removed.
            else if (prefixes && !normalization.RemovesExtraSpaces)
                problem = "it puts a space before texts that do not start with one";
            else
            {
                var scores = new float[rows];
                foreach (var (at, entry) in model.GetProperty("vocab").EnumerateArray().Index())
                    scores[at] = (float)entry[1].GetDouble();
                return new UnigramVocabulary(scores, normalization.CharacterMap, prefixes, normalization.RemovesExtraSpaces, unknown.GetInt32());
            }
        }
        return null;
    }

    private static bool MakesSpaces(byte[] map) =>
        map.Length > 0 && new CharacterMap(map) is var normalizer && ((string[])["\t", "\n", "\r"]).All(text => normalizer.Normalize(text) == " ");

    /// <summary>A compiled map, then the removal of spaces, either of which may be missing.</summary>
    private static (byte[] CharacterMap, bool RemovesExtraSpaces)? Normalization(JsonElement normalizer)
    {
        JsonElement[] steps = normalizer.ValueKind != JsonValueKind.Object ? [] : normalizer.TryGetProperty("normalizers", out var list) ? [.. list.EnumerateArray()] : [normalizer];
        byte[] map = [];
        if (steps is [var first, ..] && TypeOf(first) == "Precompiled")
            (map, steps) = (first.GetProperty("precompiled_charsmap").GetBytesFromBase64(), steps[1..]);
        var removes = steps is [var strip, var replace] && TypeOf(strip) == "Strip" && strip.GetProperty("strip_left").GetBoolean() && strip.GetProperty("strip_right").GetBoolean()
            && TypeOf(replace) == "Replace" && replace.GetProperty("pattern").TryGetProperty("Regex", out var pattern) && pattern.GetString() == " {2,}" && replace.GetProperty("content").GetString() == " ";
        return steps.Length == 0 || removes ? (map, removes) : null;
    }

    private static string TypeOf(JsonElement stage) => stage.GetProperty("type").GetString()!;
}
