using static TorchSharp.torch;

namespace Swift.Training.Reinforcement;

/// <summary>What losses are averaged over, counted over everything one optimiser step sees, so that micro-batches change nothing.</summary>
/// <param name="Sequences">Completions of the step.</param>
/// <param name="StepTokens">Completion tokens of the step.</param>
/// <param name="GenerationTokens">Completion tokens of the generation batch that the step is a part of.</param>
/// <param name="MaxCompletionLength">Longest allowed completion.</param>
public sealed record PolicyLossTotals(int Sequences, double StepTokens, double GenerationTokens, int MaxCompletionLength);

/// <summary>Tensors of one micro-batch, all of one floating-point type.</summary>
/// <param name="LogProbs">[batch, time], with gradient: log-probabilities of the tokens under the policy that learns.</param>
/// <param name="OldLogProbs">[batch, time]: under the policy at the start of the iteration.</param>
/// <param name="ReferenceLogProbs">[batch, time]: under the reference; null when beta is 0.</param>
/// <param name="Mask">[batch, time]: 1 where a completion token is, 0 where padding is.</param>
/// <param name="Advantages">[batch].</param>
public sealed record PolicyLossInputs(Tensor LogProbs, Tensor OldLogProbs, Tensor? ReferenceLogProbs, Tensor Mask, Tensor Advantages);

/// <summary>The loss of a micro-batch, and what is worth showing. Owned by the caller.</summary>
/// <param name="Loss">Scalar with gradient; the losses of a step's micro-batches add up to the step's loss.</param>
/// <param name="KlSum">Scalar: k3 summed over tokens; null when beta is 0.</param>
/// <param name="ClippedSum">Scalar: tokens (completions, at sequence level) whose gradient a clip removed or capped.</param>
/// <param name="RatioCount">Scalar: tokens (completions) that <paramref name="ClippedSum"/> is a part of.</param>
public sealed record PolicyLossValue(Tensor Loss, Tensor? KlSum, Tensor ClippedSum, Tensor RatioCount) : IDisposable
{
    public void Dispose()
    {
        Loss.Dispose();
        KlSum?.Dispose();
        ClippedSum.Dispose();
        RatioCount.Dispose();
    }
}

/// <summary>The losses of the GRPO family as functions of log-probabilities; formulas and order of terms are ms-swift's.</summary>
public static class PolicyLoss
{
    /// <summary>Loss of one micro-batch, to be minimised.</summary>
    public static PolicyLossValue Compute(PolicyLossInputs inputs, PolicyLossOptions options, PolicyLossTotals totals)
    {
        using var scope = NewDisposeScope();
        var advantages = inputs.Advantages.unsqueeze(1);
        var ratio = Ratio(inputs, options.ImportanceSamplingLevel);
        var terms = options.LossType switch
        {
            PolicyLossType.Cispo => -ratio.detach().clamp_max(options.EpsilonHigh) * advantages * inputs.LogProbs,
            PolicyLossType.Sapo => SoftGate(ratio, advantages, options),
            _ => ClippedSurrogate(ratio, advantages, options),
        };

        Tensor? klSum = null;
        if (options.Beta != 0)
        {
            var kl = KullbackLeibler(inputs.LogProbs, inputs.ReferenceLogProbs
                ?? throw new ArgumentException("beta is not 0, so the reference's log-probabilities are needed.", nameof(inputs)));
            terms = terms + options.Beta * kl;
            klSum = (kl.detach() * inputs.Mask).sum();
        }

        // At sequence level a ratio is [batch, 1]: count each completion once.
        var counted = ratio.size(1) == 1 && inputs.Mask.size(1) != 1 ? ones_like(ratio) : inputs.Mask;
        var clipped = (Clipped(ratio.detach(), advantages, options).to_type(counted.dtype) * counted).sum();
        var loss = Reduce(terms, inputs.Mask, options.LossType, totals);
        return new PolicyLossValue(
            loss.MoveToOuterDisposeScope(), klSum?.MoveToOuterDisposeScope(), clipped.MoveToOuterDisposeScope(), counted.sum().MoveToOuterDisposeScope());
    }

    /// <summary>The k3 estimate of KL(policy ‖ reference) per token (Schulman 2020), kept finite: d = ref − log p in ±20, e^d − d − 1 in ±10.</summary>
    public static Tensor KullbackLeibler(Tensor logProbs, Tensor referenceLogProbs)
    {
        using var scope = NewDisposeScope();
        var difference = (referenceLogProbs - logProbs).clamp(-20, 20);
        return (difference.exp() - difference - 1).clamp(-10, 10).MoveToOuterDisposeScope();
    }

    private static Tensor Ratio(PolicyLossInputs inputs, ImportanceSamplingLevel level)
    {
        var logRatio = inputs.LogProbs - inputs.OldLogProbs;
        if (level == ImportanceSamplingLevel.Token)
            return logRatio.exp();
        var mean = (logRatio * inputs.Mask).sum(1, keepdim: true) / inputs.Mask.sum(1, keepdim: true).clamp_min(1);
        return level == ImportanceSamplingLevel.Sequence
            ? mean.exp()
            : (inputs.LogProbs - inputs.LogProbs.detach() + mean.detach()).exp();
    }

    private static Tensor ClippedSurrogate(Tensor ratio, Tensor advantages, PolicyLossOptions options)
    {
        var free = options.Delta is { } delta ? ratio.clamp_max(delta) : ratio;
        var clipped = ratio.clamp(1 - options.Epsilon, 1 + options.EpsilonHigh);
        return -minimum(free * advantages, clipped * advantages);
    }

    private static Tensor SoftGate(Tensor ratio, Tensor advantages, PolicyLossOptions options)
    {
        var temperature = where(advantages > 0, full_like(advantages, options.TauPos), full_like(advantages, options.TauNeg));
        return -advantages * (temperature * (ratio - 1)).sigmoid() * (4 / temperature);
    }

    private static Tensor Clipped(Tensor ratio, Tensor advantages, PolicyLossOptions options) => options.LossType switch
    {
        PolicyLossType.Cispo => (ratio > options.EpsilonHigh).logical_and(advantages > 0),
        PolicyLossType.Sapo => zeros_like(ratio, dtype: ScalarType.Bool),
        _ => (ratio < 1 - options.Epsilon).logical_and(advantages < 0).logical_or((ratio > 1 + options.EpsilonHigh).logical_and(advantages > 0)),
    };

    private static Tensor Reduce(Tensor terms, Tensor mask, PolicyLossType type, PolicyLossTotals totals)
    {
        var masked = terms * mask;
        return type switch
        {
            PolicyLossType.Grpo or PolicyLossType.Sapo => (masked.sum(1) / mask.sum(1).clamp_min(1)).sum() / totals.Sequences,
            PolicyLossType.Bnpo => masked.sum() / Math.Max(totals.StepTokens, 1),
            PolicyLossType.DrGrpo => masked.sum() / ((double)totals.Sequences * totals.MaxCompletionLength),
            _ => masked.sum() / Math.Max(totals.GenerationTokens, 1),
        };
    }
}
