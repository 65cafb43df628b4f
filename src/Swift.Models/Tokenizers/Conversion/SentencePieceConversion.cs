using System.Text.Json;
using Swift.Contracts.Experiments;

namespace Swift.Models.Tokenizers.Conversion;

/// <summary>Makes a <c>tokenizer.json</c> of a SentencePiece model, as Hugging Face's converter does: the ids are SentencePiece's.</summary>
internal static class SentencePieceConversion
{
    private const string Space = "\u2581";

    /// <param name="addsBos">A whole text starts with the model's start token.</param>
    /// <param name="addsEos">A whole text ends with the model's end token.</param>
    public static byte[] Convert(SentencePieceModel model, string path, bool addsBos, bool addsEos)
    {
        if (model.Pieces.Any(piece => piece.Kind == PieceKind.Unused))
            throw SwiftException.BadInput("tokenizer_unsupported", $"{path}: pieces that are not to be used are not supported.");
        var added = model.Pieces.Select((piece, id) => (Id: id, piece.Text, piece.Kind))
            .Where(piece => piece.Kind is PieceKind.Unknown or PieceKind.Control or PieceKind.UserDefined)
            .Select(piece => new ConvertedToken(piece.Id, piece.Text, piece.Kind != PieceKind.UserDefined, FoundWithVisibleSpaces(model, piece.Text, piece.Kind)));
        return ConvertedTokenizer.Write(added, json =>
        {
            json.WriteStage("normalizer", "normalizers", Normalizers(model));
            json.WriteStage("pre_tokenizer", "pretokenizers", PreTokenizers(model));
            WritePostProcessor(json, model, addsBos, addsEos);
            json.WriteStage("decoder", "decoders", Decoders(model));
            json.WritePropertyName("model");
            if (model.IsBytePair) WriteBytePair(json, model);
            else WriteUnigram(json, model);
        });
    }

    /// <summary>A token of the user that holds spaces is found where they are written visibly. Were a space put before every text, it would be put before the token too, and nothing be found.</summary>
    private static bool FoundWithVisibleSpaces(SentencePieceModel model, string text, PieceKind kind) =>
        kind == PieceKind.UserDefined && model.IsBytePair && !model.AddsDummyPrefix && text.Contains(Space, StringComparison.Ordinal);

    private static List<Action<Utf8JsonWriter>> Normalizers(SentencePieceModel model)
    {
        List<Action<Utf8JsonWriter>> steps = [];
        if (model.CharacterMap.Length > 0)
            steps.Add(json => json.WriteStep("Precompiled", fields => fields.WriteBase64String("precompiled_charsmap", model.CharacterMap)));
        if (model.RemovesExtraSpaces)
        {
            steps.Add(json => json.WriteStep("Strip", fields =>
            {
                fields.WriteBoolean("strip_left", true);
                fields.WriteBoolean("strip_right", true);
            }));
            steps.Add(json => json.WriteReplace("Regex", " {2,}", " "));
        }
        // A unigram model cuts before spaces, and there writes them; BPE may join across them.
        if (!model.IsBytePair) return steps;
        if (model.AddsDummyPrefix)
            steps.Add(json => json.WriteStep("Prepend", fields => fields.WriteString("prepend", Space)));
        steps.Add(json => json.WriteReplace("String", " ", Space));
        return steps;
    }

    private static List<Action<Utf8JsonWriter>> PreTokenizers(SentencePieceModel model) => model.IsBytePair ? [] : [json => WriteMetaspace(json, model)];

    private static List<Action<Utf8JsonWriter>> Decoders(SentencePieceModel model)
    {
        if (!model.IsBytePair && !model.ByteFallback) return [json => WriteMetaspace(json, model)];
        List<Action<Utf8JsonWriter>> steps = [json => json.WriteReplace("String", Space, " "), json => json.WriteStep("ByteFallback"), json => json.WriteStep("Fuse")];
        if (model.AddsDummyPrefix)
        {
            steps.Add(json => json.WriteStep("Strip", fields =>
            {
                fields.WriteString("content", " ");
                fields.WriteNumber("start", 1);
                fields.WriteNumber("stop", 0);
            }));
        }
        return steps;
    }

    private static void WriteMetaspace(Utf8JsonWriter json, SentencePieceModel model) => json.WriteStep("Metaspace", fields =>
    {
        fields.WriteString("replacement", Space);
        fields.WriteString("prepend_scheme", model.AddsDummyPrefix ? "always" : "never");
        fields.WriteBoolean("split", true);
    });

    private static void WritePostProcessor(Utf8JsonWriter json, SentencePieceModel model, bool addsBos, bool addsEos)
    {
        var before = addsBos && (uint)model.BosId < (uint)model.Pieces.Count ? model.BosId : (int?)null;
        var after = addsEos && (uint)model.EosId < (uint)model.Pieces.Count ? model.EosId : (int?)null;
        if (before is null && after is null)
        {
            json.WriteNull("post_processor");
            return;
        }
        json.WriteStartObject("post_processor");
        json.WriteString("type", "TemplateProcessing");
        foreach (var (template, sequences) in new[] { ("single", "A"), ("pair", "AB") })
        {
            json.WriteStartArray(template);
            foreach (var (sequence, type) in sequences.Select((letter, i) => (letter.ToString(), i)))
            {
                if (before is { } bos) WritePart("SpecialToken", model.Pieces[bos].Text, type);
                WritePart("Sequence", sequence, type);
                if (after is { } eos) WritePart("SpecialToken", model.Pieces[eos].Text, type);
            }
            json.WriteEndArray();
        }
        json.WriteStartObject("special_tokens");
        foreach (var id in new[] { before, after }.OfType<int>().Distinct())
        {
            json.WriteStartObject(model.Pieces[id].Text);
            json.WriteString("id", model.Pieces[id].Text);
            json.WriteStartArray("ids");
            json.WriteNumberValue(id);
            json.WriteEndArray();
            json.WriteStartArray("tokens");
            json.WriteStringValue(model.Pieces[id].Text);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();

        void WritePart(string kind, string id, int type)
        {
            json.WriteStartObject();
            json.WriteStartObject(kind);
            json.WriteString("id", id);
            json.WriteNumber("type_id", type);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    private static void WriteUnigram(Utf8JsonWriter json, SentencePieceModel model) => json.WriteStep("Unigram", fields =>
    {
        fields.WriteNumber("unk_id", model.UnknownId);
        fields.WriteBoolean("byte_fallback", model.ByteFallback);
        fields.WriteStartArray("vocab");
        foreach (var piece in model.Pieces)
        {
            fields.WriteStartArray();
            fields.WriteStringValue(piece.Text);
            fields.WriteNumberValue((double)piece.Score);
            fields.WriteEndArray();
        }
        fields.WriteEndArray();
    });

    private static void WriteBytePair(Utf8JsonWriter json, SentencePieceModel model) => json.WriteStep("BPE", fields =>
    {
        fields.WriteNull("dropout");
        if ((uint)model.UnknownId < (uint)model.Pieces.Count) fields.WriteString("unk_token", model.Pieces[model.UnknownId].Text);
        else fields.WriteNull("unk_token");
        fields.WriteNull("continuing_subword_prefix");
        fields.WriteNull("end_of_word_suffix");
        fields.WriteBoolean("fuse_unk", true);
        fields.WriteBoolean("byte_fallback", model.ByteFallback);
        fields.WriteBoolean("ignore_merges", false);
        fields.WriteStartObject("vocab");
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var id = 0; id < model.Pieces.Count; id++)
        {
            if (!names.Add(model.Pieces[id].Text)) throw SwiftException.BadInput("tokenizer_invalid", $"tokenizer.model: the piece \"{model.Pieces[id].Text}\" is there twice.");
            fields.WriteNumber(model.Pieces[id].Text, id);
        }
        fields.WriteEndObject();
        fields.WriteStartArray("merges");
        foreach (var (left, right) in Merges(model))
        {
            fields.WriteStartArray();
            fields.WriteStringValue(left);
            fields.WriteStringValue(right);
            fields.WriteEndArray();
        }
        fields.WriteEndArray();
    });

    /// <summary>
    /// SentencePiece joins neighbours whenever together they are a piece, the best score first. As merges: every way to cut a
    /// piece into two pieces, ordered by the piece's score. Of pieces with one score (Llama 2's runs of spaces) the leftmost
    /// pair comes first, which grows one piece from the left: so as merges those with the longer left side come first.
    /// </summary>
    private static IEnumerable<(string Left, string Right)> Merges(SentencePieceModel model)
    {
        // Only what a text can hold by itself is joined; of tokens for bytes and of control tokens nothing is made.
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var id = 0; id < model.Pieces.Count; id++)
        {
            if (model.Pieces[id].Kind is PieceKind.Normal or PieceKind.UserDefined) ids[model.Pieces[id].Text] = id;
        }
        var lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        var merges = new List<(float Score, int Left, int Right)>();
        for (var id = 0; id < model.Pieces.Count; id++)
        {
            var (text, score, kind) = model.Pieces[id];
            if (kind is not (PieceKind.Normal or PieceKind.UserDefined)) continue;
            for (var cut = 1; cut < text.Length; cut++)
            {
                if (lookup.TryGetValue(text.AsSpan(0, cut), out var left) && lookup.TryGetValue(text.AsSpan(cut), out var right))
                    merges.Add((score, left, right));
            }
        }
        return merges.OrderByDescending(merge => merge.Score)
            .ThenByDescending(merge => model.Pieces[merge.Left].Text.Length).ThenByDescending(merge => model.Pieces[merge.Right].Text.Length)
            .Select(merge => (model.Pieces[merge.Left].Text, model.Pieces[merge.Right].Text));
    }
}
