using System.Text;
using System.Text.Json;
using Swift.Models.Gguf;
using Swift.Models.Tokenizers.Conversion;

namespace Swift.Models.Tests.Tokenizers;

/// <summary>Vocabularies that llama.cpp ships, written in the formats in which their makers published them.</summary>
internal static class PublishedVocabularies
{
    /// <summary>A byte-level vocabulary as vocab.json and merges.txt.</summary>
    public static void WriteVocabAndMerges(string gguf, string folder)
    {
        using var file = GgufFile.Open(gguf);
        var tokens = file.Metadata.Texts("tokenizer.ggml.tokens")!;
        File.WriteAllText(Path.Combine(folder, "vocab.json"), JsonSerializer.Serialize(tokens.Select((token, id) => (token, id)).ToDictionary(entry => entry.token, entry => entry.id)));
        File.WriteAllLines(Path.Combine(folder, "merges.txt"), ["#version: 0.2", .. file.Metadata.Texts("tokenizer.ggml.merges")!]);
    }

    /// <summary>A BPE vocabulary with scores as SentencePiece's tokenizer.model, with Llama 2's settings.</summary>
    public static void WriteSentencePiece(string gguf, string path)
    {
        using var file = GgufFile.Open(gguf);
        var tokens = file.Metadata.Texts("tokenizer.ggml.tokens")!;
        var scores = file.Metadata.Numbers("tokenizer.ggml.scores")!;
        var types = file.Metadata.Integers("tokenizer.ggml.token_type")!;
        SentencePieceBytes.Write(path, [.. tokens.Select((token, id) => new ScoredPiece(token, scores[id], (PieceKind)types[id]))], isBytePair: true, byteFallback: true, removesExtraSpaces: false);
    }
}

/// <summary>Writes sentencepiece_model.proto's messages.</summary>
internal static class SentencePieceBytes
{
    public static void Write(string path, IReadOnlyList<ScoredPiece> pieces, bool isBytePair, bool byteFallback, bool removesExtraSpaces)
    {
        using var model = new MemoryStream();
        foreach (var piece in pieces)
        {
            using var message = new MemoryStream();
            Message(message, 1, Encoding.UTF8.GetBytes(piece.Text));
            message.WriteByte((2 << 3) | 5);
            message.Write(BitConverter.GetBytes(piece.Score));
            Number(message, 3, (ulong)piece.Kind);
            Message(model, 1, message.ToArray());
        }
        using var training = new MemoryStream();
        Number(training, 3, isBytePair ? 2UL : 1UL);
        Number(training, 35, byteFallback ? 1UL : 0);
        Number(training, 40, 0);
        Number(training, 41, 1);
        Number(training, 42, 2);
        Number(training, 43, ulong.MaxValue);
        Message(model, 2, training.ToArray());
        using var normalization = new MemoryStream();
        Message(normalization, 1, "identity"u8.ToArray());
        Number(normalization, 3, 1);
        Number(normalization, 4, removesExtraSpaces ? 1UL : 0);
        Number(normalization, 5, 1);
        Message(model, 3, normalization.ToArray());
        File.WriteAllBytes(path, model.ToArray());
    }

    private static void Message(Stream stream, int field, byte[] content)
    {
        Varint(stream, (ulong)((field << 3) | 2));
        Varint(stream, (ulong)content.Length);
        stream.Write(content);
    }

    private static void Number(Stream stream, int field, ulong value)
    {
        Varint(stream, (ulong)(field << 3));
        Varint(stream, value);
    }

    private static void Varint(Stream stream, ulong value)
    {
        for (; value >= 0x80; value >>= 7) stream.WriteByte((byte)(value | 0x80));
        stream.WriteByte((byte)value);
    }
}
