namespace Swift.Training.Rewards;

/// <summary><c>accuracy</c>: 1 when the stated answer is the solution, else 0; no answer stated is 0; a row without a solution does not count.</summary>
public sealed class AccuracyReward : IReward
{
    /// <inheritdoc/>
    public string Name => "accuracy";

    /// <inheritdoc/>
    public double? Score(ScoredCompletion completion)
    {
        if (completion.Solution is not { } solution)
            return null;
        var expected = AnswerText.Extract(solution) ?? solution;
        return AnswerText.Extract(completion.Text) is { } answer && AnswerText.Same(answer, expected) ? 1 : 0;
    }
}
