using Swift.Contracts.Experiments;
using Swift.Data.Datasets;
using Swift.Models;

namespace Swift.Evaluation;

/// <summary>A row as the model is asked it.</summary>
/// <param name="Text">Rendered by the chat template, with the start of the assistant's turn.</param>
internal sealed record EncodedPrompt(DataRow Row, string Text, int[] Ids);

/// <summary>Turns rows into prompts of a model, and counts those that leave no room for an answer.</summary>
/// <param name="maxNewTokens">Positions that must be left behind the prompt.</param>
/// <param name="maxLength">Longest prompt that the data settings allow; null = what the model holds.</param>
internal sealed class PromptEncoder(CausalLanguageModel model, int maxNewTokens, int? maxLength)
{
    private readonly int _longest = Math.Min(model.Config.MaxPositionEmbeddings - maxNewTokens, maxLength ?? int.MaxValue);
    private readonly DroppedRowCounter _dropped = new();

    /// <summary>Rows that were asked for and did not fit, <c>too_long</c>.</summary>
    public IReadOnlyList<DroppedRows> Dropped => _dropped.ToList();

    /// <summary>Null when the prompt is too long, which is counted.</summary>
    public EncodedPrompt? Encode(DataRow row)
    {
        var text = model.Template.Render(row.Prompt, addGenerationPrompt: true, row.TemplateVariables);
        var ids = model.Tokenizer.Encode(text);
        if (ids.Length <= _longest)
            return new EncodedPrompt(row, text, ids);
        _dropped.Add(row.Dataset, "too_long", row.Line);
        return null;
    }

    public SwiftException NothingFits() => SwiftException.BadInput("prompts_too_long",
        $"No prompt fits: at most {_longest} positions are left beside max_new_tokens {maxNewTokens}. Lower max_new_tokens or shorten the prompts.");
}
