using Swift.Models.Decoders;
using Swift.Training.LogProbabilities;
using static TorchSharp.torch;

namespace Swift.Training.Reinforcement;

/// <summary>Sums over what a policy step has seen; means are taken at the end.</summary>
internal sealed class PolicyStepStatistics
{
    public double Loss { get; set; }
    public double KlSum { get; set; }
    public double ClippedSum { get; set; }
    public double RatioCount { get; set; }
    public long CompletionTokens { get; set; }
    public double EntropySum { get; set; }
    public long Positions { get; set; }

    /// <summary>Filled where a step sees the weights that sampled the completions.</summary>
    public RolloutDifference RolloutDifference { get; } = new();
}

/// <summary>The gradient of one policy step.</summary>
internal static class PolicyStep
{
    /// <summary>Adds the gradient of the loss over all micro-batches to the decoder's parameters.</summary>
    /// <param name="routerWeight">Of the loss that balances routers, the mean over the micro-batches.</param>
    /// <param name="temperature">Of sampling: log-probabilities are those of logits divided by it.</param>
    public static void Backward(
        Decoder decoder, IReadOnlyList<IReadOnlyList<PolicySample>> microBatches, PolicyLossOptions options, PolicyLossTotals totals,
        double temperature, PolicyStepStatistics statistics, double routerWeight = 0)
    {
        foreach (var samples in microBatches)
        {
            using var scope = NewDisposeScope();
            using var batch = new PolicyBatch(samples.Select(sample => sample.Completion).ToArray(), decoder.Device);
            var advantages = tensor(samples.Select(sample => (float)sample.Advantage).ToArray(), device: decoder.Device);
            batch.Backward(decoder, temperature, measured => Gradient(batch, samples, measured, advantages, options, totals, statistics),
                routerWeight / microBatches.Count);
            statistics.CompletionTokens += samples.Sum(sample => (long)sample.Length);
            statistics.Positions += samples.Sum(sample => (long)sample.Length + sample.Completion.PromptIds.Count);
        }
    }

    private static Tensor Gradient(
        PolicyBatch batch, IReadOnlyList<PolicySample> samples, MeasuredLogProbabilities measured, Tensor advantages,
        PolicyLossOptions options, PolicyLossTotals totals, PolicyStepStatistics statistics)
    {
        using var scope = NewDisposeScope();
        var logProbs = measured.LogProbs;
        var leaf = logProbs.detach().requires_grad_();
        var onPolicy = samples[0].OldLogProbs is null;
        if (onPolicy)
            statistics.RolloutDifference.Add(samples.Select(sample => sample.Completion), logProbs.cpu().data<float>().ToArray());
        var old = onPolicy ? logProbs : PerToken(samples, sample => sample.OldLogProbs!, logProbs.device);
        var reference = options.Beta == 0 ? null : batch.Spread(PerToken(samples, sample => sample.ReferenceLogProbs!, logProbs.device));
        var inputs = new PolicyLossInputs(batch.Spread(leaf), batch.Spread(old), reference, batch.Mask, advantages);
        using var value = PolicyLoss.Compute(inputs, options, totals);
        value.Loss.backward();
        statistics.EntropySum += measured.EntropySum;
        statistics.Loss += value.Loss.item<float>();
        statistics.KlSum += value.KlSum?.item<float>() ?? 0;
        statistics.ClippedSum += value.ClippedSum.item<float>();
        statistics.RatioCount += value.RatioCount.item<float>();
        return leaf.grad!.MoveToOuterDisposeScope();
    }

    private static Tensor PerToken(IReadOnlyList<PolicySample> samples, Func<PolicySample, float[]> values, Device device) =>
        tensor(samples.SelectMany(values).ToArray(), device: device);
}
