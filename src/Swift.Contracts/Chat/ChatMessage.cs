namespace Swift.Contracts.Chat;

/// <summary>One turn of a conversation, in OpenAI's roles.</summary>
/// <param name="Role"><c>system</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</param>
/// <param name="LossScale">Weight of the turn's tokens in the loss, 0 = not learned, whatever the strategy says; null = by the strategy.</param>
public sealed record ChatMessage(string Role, string Content, double? LossScale = null)
{
    /// <summary>Tools that the assistant calls, as JSON: <c>[{"type": "function", "function": {"name": …, "arguments": {…}}}]</c>; null = none.</summary>
    public string? ToolCalls { get; init; }
}
