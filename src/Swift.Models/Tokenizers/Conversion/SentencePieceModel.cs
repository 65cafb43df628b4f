using System.Text;
using Swift.Contracts.Experiments;

namespace Swift.Models.Tokenizers.Conversion;

/// <summary>What a piece of a SentencePiece model is; the numbers are the file's.</summary>
internal enum PieceKind
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}

/// <summary>A piece of a SentencePiece model; its place is its id.</summary>
internal readonly record struct ScoredPiece(string Text, float Score, PieceKind Kind);

/// <summary>A SentencePiece model (<c>tokenizer.model</c>, sentencepiece_model.proto), as far as encoding needs it.</summary>
internal sealed record SentencePieceModel
{
    private const int Unigram = 1, BytePair = 2;

    public required IReadOnlyList<ScoredPiece> Pieces { get; init; }

    /// <summary>BPE; otherwise unigram.</summary>
    public bool IsBytePair { get; init; }

    /// <summary>Characters outside the vocabulary become tokens of their bytes.</summary>
    public bool ByteFallback { get; init; }

    public int UnknownId { get; init; }

    /// <summary>Negative: none.</summary>
    public int BosId { get; init; } = 1;

    /// <summary>Negative: none.</summary>
    public int EosId { get; init; } = 2;

    /// <summary>SentencePiece's compiled normalisation rules; empty: text stays as it is.</summary>
    public byte[] CharacterMap { get; init; } = [];

    /// <summary>A space is put before the text.</summary>
    public bool AddsDummyPrefix { get; init; } = true;

    /// <summary>Runs of spaces become one, and those at the ends go.</summary>
    public bool RemovesExtraSpaces { get; init; } = true;

    /// <exception cref="SwiftException">The file is damaged, or of a kind that is neither BPE nor unigram.</exception>
    public static SentencePieceModel Read(ReadOnlySpan<byte> bytes, string path)
    {
        List<ScoredPiece> pieces = [];
        var model = new SentencePieceModel { Pieces = pieces };
        var fields = new ProtobufFields(bytes, path);
        while (fields.Next())
        {
            switch (fields.Number)
            {
                case 1:
                    pieces.Add(ReadPiece(fields.Content, path));
                    break;
                case 2:
                    model = ReadTraining(model, fields.Content, path);
                    break;
                case 3:
                    model = ReadNormalization(model, fields.Content, path);
                    break;
            }
        }
        if (pieces.Count == 0) throw SwiftException.BadInput("tokenizer_invalid", $"{path}: no SentencePiece model: it holds no pieces.");
        return model;
    }

    private static ScoredPiece ReadPiece(ReadOnlySpan<byte> bytes, string path)
    {
        var piece = new ScoredPiece("", 0, PieceKind.Normal);
        var fields = new ProtobufFields(bytes, path);
        while (fields.Next())
        {
            piece = fields.Number switch
            {
                1 => piece with { Text = Encoding.UTF8.GetString(fields.Content) },
                2 => piece with { Score = fields.Float },
                3 => piece with { Kind = (PieceKind)Math.Min(fields.Value, int.MaxValue) },
                _ => piece,
            };
        }
        return piece;
    }

    private static SentencePieceModel ReadTraining(SentencePieceModel model, ReadOnlySpan<byte> bytes, string path)
    {
        var type = Unigram;
        var fields = new ProtobufFields(bytes, path);
        while (fields.Next())
        {
            switch (fields.Number)
            {
                case 3:
                    type = (int)Math.Min(fields.Value, int.MaxValue);
                    break;
                case 24 when fields.Flag:
                    throw Unsupported(path, "white space as a suffix");
                case 35:
                    model = model with { ByteFallback = fields.Flag };
                    break;
                case 40:
                    model = model with { UnknownId = (int)fields.Value };
                    break;
                case 41:
                    model = model with { BosId = (int)fields.Value };
                    break;
                case 42:
                    model = model with { EosId = (int)fields.Value };
                    break;
            }
        }
        return type is Unigram or BytePair ? model with { IsBytePair = type == BytePair } : throw Unsupported(path, $"the model type {type}");
    }

    private static SentencePieceModel ReadNormalization(SentencePieceModel model, ReadOnlySpan<byte> bytes, string path)
    {
        var fields = new ProtobufFields(bytes, path);
        while (fields.Next())
        {
            switch (fields.Number)
            {
                case 2:
                    model = model with { CharacterMap = fields.Content.ToArray() };
                    break;
                case 3:
                    model = model with { AddsDummyPrefix = fields.Flag };
                    break;
                case 4:
                    model = model with { RemovesExtraSpaces = fields.Flag };
                    break;
                case 5 when !fields.Flag:
                    throw Unsupported(path, "spaces that are not escaped");
            }
        }
        return model;
    }

    private static SwiftException Unsupported(string path, string what) => SwiftException.BadInput("tokenizer_unsupported", $"{path}: {what} is not supported.");
}
