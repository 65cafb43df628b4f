using Swift.Training.Rollouts;

namespace Swift.Training.Reinforcement;

/// <summary>How far the engine's log-probabilities are from the trainer's for the same weights: 0 but for rounding.</summary>
internal sealed class RolloutDifference
{
    private double _sum;
    private double _largest;
    private long _count;

    /// <param name="trainer">One value per completion token, completion after completion.</param>
    public void Add(IEnumerable<RolloutCompletion> completions, ReadOnlySpan<float> trainer)
    {
        var at = 0;
        foreach (var completion in completions)
        {
            foreach (var engine in completion.LogProbs)
            {
                var difference = Math.Abs((double)trainer[at++] - engine);
                _sum += difference;
                _largest = Math.Max(_largest, difference);
                _count++;
            }
        }
    }

    /// <summary>Adds the mean and the largest difference; nothing when none was seen.</summary>
    public void AddTo(Dictionary<string, double> metrics)
    {
        if (_count == 0)
            return;
        metrics["rollout/log_prob_difference_mean"] = _sum / _count;
        metrics["rollout/log_prob_difference_max"] = _largest;
    }
}
