namespace Swift.Data.Encodings;

/// <summary>A conversation as positions.</summary>
/// <param name="Ids">Token ids.</param>
/// <param name="Learned">Per position: the model is to predict this token.</param>
public sealed record EncodedSample(int[] Ids, bool[] Learned)
{
    /// <summary>Per position how much a learned token counts in the loss; null = each counts 1.</summary>
    public float[]? LossScale { get; init; }

    /// <summary>Tokens that count in the loss. The first token has nothing in front of it to be predicted from.</summary>
    public int LabelCount { get; } = Learned.Skip(1).Count(learned => learned);
}
