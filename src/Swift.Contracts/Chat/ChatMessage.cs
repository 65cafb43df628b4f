namespace Swift.Contracts.Chat;

/// <summary>One turn of a conversation, in OpenAI's roles.</summary>
/// <param name="Role"><c>system</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</param>
/// <param name="Loss">Overrides whether the turn is learned from; null = by the loss scale.</param>
public sealed record ChatMessage(string Role, string Content, bool? Loss = null);
