using Swift.Contracts.Chat;

namespace Swift.Data.Datasets;

/// <summary>Whether a conversation holds what its use needs.</summary>
internal static class RowChecks
{
    /// <exception cref="RowInvalidException">It does not.</exception>
    public static void Check(DataRow row, RowUse use)
    {
        switch (use)
        {
            case RowUse.Learn:
                if (!row.Messages.Any(m => m.Role == "assistant"))
                    throw new RowInvalidException("no_response");
                if (!row.Messages.Any(IsAnswer))
                    throw new RowInvalidException("empty_response");
                break;
            case RowUse.Prompt:
                CheckPrompt(row);
                break;
            case RowUse.Evaluate:
                CheckPrompt(row);
                if (string.IsNullOrWhiteSpace(row.Solution))
                    throw new RowInvalidException("no_solution");
                break;
            case RowUse.Prefer:
                CheckAnswer(row.Messages, "no_response", "empty_response");
                CheckAnswer(row.Rejected ?? [], "no_rejected_response", "empty_rejected_response");
                if (row.Rejected!.SequenceEqual(row.Messages))
                    throw new RowInvalidException("same_answers");
                break;
            case RowUse.Judge:
                CheckAnswer(row.Messages, "no_response", "empty_response");
                break;
        }
    }

    private static void CheckPrompt(DataRow row)
    {
        if (!row.Prompt.Any(m => m.Role == "user" && m.Content.Length > 0))
            throw new RowInvalidException("no_prompt");
    }

    private static void CheckAnswer(IReadOnlyList<ChatMessage> messages, string missing, string empty)
    {
        if (messages is not [.., { Role: "assistant" } answer])
            throw new RowInvalidException(missing);
        if (!IsAnswer(answer))
            throw new RowInvalidException(empty);
    }

    private static bool IsAnswer(ChatMessage message) => message.Role == "assistant" && (message.Content.Length > 0 || message.ToolCalls is not null);
}
