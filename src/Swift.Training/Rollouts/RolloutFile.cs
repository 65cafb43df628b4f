using System.Text.Json;
using Swift.Contracts;
using Swift.Contracts.Experiments;

namespace Swift.Training.Rollouts;

/// <summary>A file of completions: JSON lines, UTF-8, <c>\n</c> after each, in (group, generation) order.</summary>
public static class RolloutFile
{
    /// <summary>Writes the completions in the order given; the bytes depend on nothing else.</summary>
    public static void Write(string path, IEnumerable<RolloutCompletion> completions)
    {
        using var stream = File.Create(path);
        foreach (var completion in completions)
        {
            JsonSerializer.Serialize(stream, completion, SwiftJson.Options);
            stream.WriteByte((byte)'\n');
        }
    }

    /// <summary>Reads one file whole.</summary>
    /// <exception cref="SwiftException">Bad input <c>rollout_invalid</c>: a line is no completion, or its log-probabilities do not match its tokens.</exception>
    public static IReadOnlyList<RolloutCompletion> Read(string path)
    {
        var completions = new List<RolloutCompletion>();
        var line = 0;
        foreach (var text in File.ReadLines(path))
        {
            line++;
            completions.Add(Parse(path, line, text));
        }

        return completions;
    }

    private static RolloutCompletion Parse(string path, int line, string text)
    {
        RolloutCompletion? completion;
        try
        {
            completion = JsonSerializer.Deserialize<RolloutCompletion>(text, SwiftJson.Options);
        }
        catch (JsonException exception)
        {
            throw Invalid(path, line, exception.Message, exception);
        }

        if (completion is null)
            throw Invalid(path, line, "it is null");
        if (completion.PromptIds.Count == 0 || completion.CompletionIds.Count == 0)
            throw Invalid(path, line, "prompt_ids and completion_ids must not be empty");
        if (completion.LogProbs.Count != completion.CompletionIds.Count)
            throw Invalid(path, line, $"it has {completion.CompletionIds.Count} completion_ids but {completion.LogProbs.Count} log_probs");
        return completion;
    }

    private static SwiftException Invalid(string path, int line, string what, Exception? inner = null) =>
        SwiftException.BadInput("rollout_invalid", $"{Path.GetFileName(path)}, line {line} is no rollout completion: {what}.", inner);
}
