using Swift.Cli.Generation;
using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;
using Swift.Inference.Sampling;
using Swift.Training.Rewards;

namespace Swift.Cli.Demo;

/// <summary>Puts the first questions of the held-out set to the exported model, greedily, and judges as the evaluation does.</summary>
internal static class DemoQuestions
{
    private const int LongestAnswer = 64;

    public static async Task<IReadOnlyList<DemoAnswer>> AskAsync(string model, string testSet, int count, CancellationToken ct)
    {
        DataSpec inOrder = new() { Dataset = [testSet], DatasetShuffle = false };
        var rows = DatasetReader.Load([new DatasetFile(testSet, count, testSet)], inOrder, RowUse.Evaluate, seed: 0, ct).Rows;
        SamplingParameters greedy = new() { Temperature = 0, MaxNewTokens = LongestAnswer };
        using var local = LocalModel.Load(model, "cpu");
        var completions = await local.Engine.GenerateAsync([.. rows.Select(r => local.Chat(r.Prompt, greedy))], ct: ct);
        return [.. rows.Zip(completions, (row, completion) => new DemoAnswer(
            row.Prompt[^1].Content, completion.Text, row.Solution!, IsRight(completion.Text, row.Solution!)))];
    }

    private static bool IsRight(string completion, string solution) =>
        AnswerText.Extract(completion) is { } answer && AnswerText.Same(answer, solution);
}
