using System.Text.Json;
using Swift.Contracts.Chat;

namespace Swift.Data.Datasets;

/// <summary>A usable row: a conversation, and the columns that are no part of it.</summary>
/// <param name="Dataset">Name of the file it came from.</param>
/// <param name="Line">1-based line of that file.</param>
/// <param name="Columns">Every other column, and <c>solution</c> whether or not it also became the response: rewards read them.</param>
public sealed record DataRow(
    string Dataset, int Line, IReadOnlyList<ChatMessage> Messages, IReadOnlyDictionary<string, JsonElement> Columns)
{
    /// <summary>The conversation without assistant turns at its end: what a model is asked.</summary>
    public IReadOnlyList<ChatMessage> Prompt
    {
        get
        {
            var end = Messages.Count;
            while (end > 0 && Messages[end - 1].Role == "assistant")
                end--;
            return end == Messages.Count ? Messages : Messages.Take(end).ToArray();
        }
    }

    /// <summary>The text of the last turn if the assistant has it.</summary>
    public string? Response => Messages[^1] is { Role: "assistant" } last ? last.Content : null;

    /// <summary>What an answer is compared with: column <c>solution</c>, else <see cref="Response"/>.</summary>
    public string? Solution => Columns.TryGetValue("solution", out var solution) ? Text(solution) : Response;

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Null => null,
        _ => value.GetRawText(),
    };
}
