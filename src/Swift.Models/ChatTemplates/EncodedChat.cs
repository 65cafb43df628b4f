namespace Swift.Models.ChatTemplates;

/// <summary>A conversation as token ids.</summary>
/// <param name="Ids">Token ids.</param>
/// <param name="LossScale">For each id how much its prediction from the ids before it counts in the loss; 0 = it is not learned.</param>
public sealed record EncodedChat(int[] Ids, float[] LossScale)
{
    /// <summary>For each id whether it is learned.</summary>
    public bool[] Loss { get; } = Array.ConvertAll(LossScale, scale => scale > 0);
}
