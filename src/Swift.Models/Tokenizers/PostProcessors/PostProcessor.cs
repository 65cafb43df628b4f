namespace Swift.Models.Tokenizers.PostProcessors;

/// <summary>Puts a whole text's tokens around its ids.</summary>
internal abstract class PostProcessor
{
    public abstract int[] Process(int[] ids);
}

/// <summary>Fixed ids before and after (TemplateProcessing, BertProcessing, RobertaProcessing for one sequence).</summary>
internal sealed class SurroundingTokens(int[] before, int[] after) : PostProcessor
{
    public override int[] Process(int[] ids) => [.. before, .. ids, .. after];
}

/// <summary>One after the other.</summary>
internal sealed class PostProcessorSequence(IReadOnlyList<PostProcessor> steps) : PostProcessor
{
    public override int[] Process(int[] ids)
    {
        foreach (var step in steps)
        {
            ids = step.Process(ids);
        }
        return ids;
    }
}
