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
    /// <summary>What the chat template sees beside the messages: <c>tools</c>, and what column <c>chat_template_kwargs</c> says; null = nothing.</summary>
    public JsonElement? TemplateVariables { get; init; }

    /// <summary>The conversation with the answer that is not preferred, of a preference pair; null of any other row.</summary>
    public IReadOnlyList<ChatMessage>? Rejected { get; init; }

    /// <summary>Whether the answer is a good one, of a judged row; null of any other.</summary>
    public bool? Label { get; init; }

    /// <summary>The conversation without assistant turns at its end: what a model is asked.</summary>
    public IReadOnlyList<ChatMessage> Prompt => PromptOf(Messages);

    /// <summary>The text of the last turn if the assistant has it.</summary>
    public string? Response => Messages[^1] is { Role: "assistant" } last ? last.Content : null;

    /// <summary>What an answer is compared with: column <c>solution</c>, else <see cref="Response"/>.</summary>
    public string? Solution => Columns.TryGetValue("solution", out var solution) ? Text(solution) : Response;

    internal static IReadOnlyList<ChatMessage> PromptOf(IReadOnlyList<ChatMessage> messages)
    {
        var end = messages.Count;
        while (end > 0 && messages[end - 1].Role == "assistant")
            end--;
        return end == messages.Count ? messages : messages.Take(end).ToArray();
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Null => null,
        _ => value.GetRawText(),
    };
}
