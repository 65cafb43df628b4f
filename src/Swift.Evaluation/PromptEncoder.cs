using Swift.Contracts.Experiments;
using Swift.Data.Datasets;
using Swift.Models;

namespace Swift.Evaluation;

/// <summary>A row as the model is asked it.</summary>
/// <param name="Text">Rendered by the chat template, with the start of the assistant's turn.</param>
internal sealed record EncodedPrompt(DataRow Row, string Text, int[] Ids);

/// <summary>Turns rows into prompts of a model, and counts those that leave no room for an answer or that the chat template refuses.</summary>
/// <param name="maxNewTokens">Positions that must be left behind the prompt.</param>
/// <param name="maxLength">Longest prompt that the data settings allow; null = what the model holds.</param>
internal sealed class PromptEncoder(CausalLanguageModel model, int maxNewTokens, int? maxLength)
{
    private readonly int _longest = Math.Min(model.Config.MaxPositionEmbeddings - maxNewTokens, maxLength ?? int.MaxValue);
    private readonly DroppedRowCounter _dropped = new();

    /// <summary>Rows that were to be asked and could not: <c>too_long</c>, or the template's reason.</summary>
    public IReadOnlyList<DroppedRows> Dropped => _dropped.ToList();

    /// <summary>Null when the row cannot be asked, which is counted.</summary>
    public EncodedPrompt? Encode(DataRow row)
    {
        var (prompt, reason) = TryEncode(row);
        if (reason is not null)
            _dropped.Add(row.Dataset, reason, row.Line);
        return prompt;
    }

    /// <summary>The prompt, or why the row cannot be asked; counts nothing.</summary>
    public (EncodedPrompt? Prompt, string? Reason) TryEncode(DataRow row)
    {
        try
        {
            var text = model.Template.Render(row.Prompt, addGenerationPrompt: true, row.TemplateVariables);
            var ids = model.Tokenizer.Encode(text);
            return ids.Length <= _longest ? (new EncodedPrompt(row, text, ids), null) : (null, "too_long");
        }
        catch (SwiftException refused) when (refused.Reason.Kind == FailureKind.BadInput)
        {
            return (null, refused.Reason.Code);
        }
    }

    public SwiftException NothingFits() => SwiftException.BadInput("prompts_too_long",
        $"No row can be asked with at most {_longest} positions beside max_new_tokens {maxNewTokens}: {_dropped}. Lower max_new_tokens, shorten the prompts, or give the model another chat template.");
}
