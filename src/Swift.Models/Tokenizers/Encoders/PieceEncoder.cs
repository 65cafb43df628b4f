using Swift.Models.Tokenizers.PreTokenizers;

namespace Swift.Models.Tokenizers.Encoders;

/// <summary>The model of a tokenizer: ids of one piece.</summary>
internal abstract class PieceEncoder
{
    public abstract void Encode(Piece piece, List<int> output);
}
