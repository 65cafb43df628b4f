namespace Swift.Models.ChatTemplates;

/// <summary>A conversation as token ids.</summary>
/// <param name="Ids">Token ids.</param>
/// <param name="Loss">For each id whether it is learned: whether its prediction from the ids before it counts in the loss.</param>
public sealed record EncodedChat(int[] Ids, bool[] Loss);
