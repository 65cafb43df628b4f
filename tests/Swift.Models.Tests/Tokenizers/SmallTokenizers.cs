using System.Text.Json.Nodes;
using Swift.Models.Tokenizers;
using Swift.Models.Tokenizers.Conversion;
using Swift.Models.Tokenizers.PreTokenizers;

namespace Swift.Models.Tests.Tokenizers;

/// <summary>One small tokenizer of every kind, made from the same texts, always the same.</summary>
internal static class SmallTokenizers
{
    private static readonly List<string> Corpus = [.. Enumerable.Range(10_000, 400).Select(RandomText.Create)];

    public static IReadOnlyList<string> Names { get; } = ["qwen2", "llama3", "gpt2", "sentencepiece-bpe", "sentencepiece-unigram", "wordpiece"];

    /// <summary>Writes tokenizer.json into the folder.</summary>
    public static void Write(string name, string folder)
    {
        var path = Path.Combine(folder, "tokenizer.json");
        switch (name)
        {
            case "qwen2":
                BytePairTrainer.Train(Corpus, new() { VocabularySize = 1200 }, folder);
                break;
            case "llama3":
                var llama = TrainedByteLevel(folder);
                llama["normalizer"] = null;
                llama["pre_tokenizer"]!["pretokenizers"]![0]!["pattern"]!["Regex"] = WordPatterns.Llama3;
                llama["model"]!["ignore_merges"] = true;
                File.WriteAllText(path, llama.ToJsonString());
                break;
            case "gpt2":
                var gpt2 = TrainedByteLevel(folder);
                gpt2["normalizer"] = null;
                gpt2["pre_tokenizer"] = JsonNode.Parse("""{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}""");
                File.WriteAllText(path, gpt2.ToJsonString());
                break;
            case "sentencepiece-bpe" or "sentencepiece-unigram":
                WriteSentencePiece(Path.Combine(folder, "tokenizer.model"), isBytePair: name == "sentencepiece-bpe");
                File.WriteAllBytes(path, TokenizerSource.Read(folder).Json);
                break;
            default:
                File.WriteAllText(path, WordPiece().ToJsonString());
                break;
        }
    }

    public static void WriteSentencePiece(string path, bool isBytePair)
    {
        List<ScoredPiece> pieces = [new("<unk>", 0, PieceKind.Unknown), new("<s>", 0, PieceKind.Control), new("</s>", 0, PieceKind.Control)];
        if (isBytePair) pieces.AddRange(Enumerable.Range(0, 256).Select(value => new ScoredPiece($"<0x{value:X2}>", 0, PieceKind.Byte)));
        // SentencePiece's own training lets no piece of a unigram model reach over a space.
        var parts = FrequentParts(text => "\u2581" + text.Replace(' ', '\u2581'), 900).Where(part => !part.Text.Contains('\0') && (isBytePair || part.Text.LastIndexOf('\u2581') <= 0)).ToList();
        var total = parts.Sum(part => part.Count);
        pieces.AddRange(parts.Select((part, rank) => new ScoredPiece(part.Text, isBytePair ? -rank : MathF.Round(MathF.Log((float)part.Count / total) * 8) / 8, PieceKind.Normal)));
        SentencePieceBytes.Write(path, pieces, isBytePair, byteFallback: isBytePair, removesExtraSpaces: !isBytePair);
    }

    private static JsonNode TrainedByteLevel(string folder)
    {
        BytePairTrainer.Train(Corpus, new() { VocabularySize = 900 }, folder);
        return JsonNode.Parse(File.ReadAllBytes(Path.Combine(folder, "tokenizer.json")))!;
    }

    private static JsonObject WordPiece()
    {
        var parts = FrequentParts(text => text.ToLowerInvariant(), 700).Select(part => part.Text).Where(part => !part.Any(char.IsWhiteSpace)).ToList();
        var vocabulary = new JsonObject();
        foreach (var token in (string[])["[PAD]", "[UNK]", "[CLS]", "[SEP]", .. parts, .. parts.Select(part => "##" + part)]) vocabulary.TryAdd(token, JsonValue.Create(vocabulary.Count));
        return new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray(),
            ["normalizer"] = JsonNode.Parse("""{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true}"""),
            ["pre_tokenizer"] = JsonNode.Parse("""{"type": "BertPreTokenizer"}"""),
            ["post_processor"] = null,
            ["decoder"] = JsonNode.Parse("""{"type": "WordPiece", "prefix": "##", "cleanup": true}"""),
            ["model"] = new JsonObject
            {
                ["type"] = "WordPiece", ["unk_token"] = "[UNK]", ["continuing_subword_prefix"] = "##", ["max_input_chars_per_word"] = 100, ["vocab"] = vocabulary,
            },
        };
    }

    /// <summary>All characters, and the most frequent parts of up to six characters, most frequent first.</summary>
    private static List<(string Text, int Count)> FrequentParts(Func<string, string> write, int limit)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var text in Corpus.Select(write))
        {
            var characters = text.EnumerateRunes().Select(rune => rune.ToString()).ToList();
            for (var start = 0; start < characters.Count; start++)
            {
                for (var length = 1; length <= 6 && start + length <= characters.Count; length++)
                {
                    var part = string.Concat(characters.GetRange(start, length));
                    counts[part] = counts.GetValueOrDefault(part) + 1;
                }
            }
        }
        return [.. counts.Where(part => part.Value > 3).OrderByDescending(part => part.Value).ThenBy(part => part.Key, StringComparer.Ordinal).Take(limit).Select(part => (part.Key, part.Value))];
    }
}
