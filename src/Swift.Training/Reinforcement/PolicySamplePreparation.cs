using Swift.Contracts.Experiments;
using Swift.Models;
using Swift.Models.Decoders;
using static TorchSharp.torch;

namespace Swift.Training.Reinforcement;

/// <summary>Makes samples of completions: log-probabilities to compare with, KL to the reference, advantages.</summary>
internal sealed class PolicySamplePreparation
{
    /// <summary>Completions of one forward pass that records no gradient.</summary>
    private const int MeasuredTogether = 32;

    private readonly PolicySegment _segment;
    private readonly Decoder _decoder;
    private readonly double _beta;
    private readonly bool _klInReward;
    private readonly AdvantageEstimator _estimator;
    private readonly RewardScale _scale;

    /// <exception cref="SwiftException">Bad input <c>reference_missing</c>, <c>grpo_option_unknown</c>, <c>temperature_invalid</c>.</exception>
    public PolicySamplePreparation(PolicySegment segment, PolicyLossOptions options, Decoder decoder)
    {
        (_segment, _decoder, _beta) = (segment, decoder, options.Beta);
        (_estimator, _scale) = Advantages.Options(segment.Grpo);
        Temperature = segment.Generation.Temperature ?? 1;
        if (Temperature <= 0)
            throw SwiftException.BadInput("temperature_invalid", "generation.temperature must be above 0 for grpo: equal completions teach nothing.");
        if (_beta != 0 && segment.ReferenceFolder is null)
            throw SwiftException.BadInput("reference_missing", $"beta is {_beta}, so the update needs the reference policy.");
        // As in ms-swift, RLOO and REINFORCE++ take the KL divergence off the reward, GRPO adds it to the loss.
        _klInReward = _beta != 0 && _estimator != AdvantageEstimator.Grpo;
        LossOptions = _klInReward ? options with { Beta = 0 } : options;
    }

    /// <summary>Of sampling; log-probabilities are those of logits divided by it.</summary>
    public double Temperature { get; }

    /// <summary>The loss's options, without the KL term where the reward has it.</summary>
    public PolicyLossOptions LossOptions { get; }

    public PolicySample[] Run(RolloutBatch batch, RolloutDifference difference, CancellationToken ct)
    {
        var old = OldLogProbs(batch, difference, ct);
        var reference = _beta == 0 ? null : ReferenceLogProbs(batch, ct);
        var rewards = _klInReward ? RewardsLessKl(batch, old!, reference!) : batch.Rewards;
        var advantages = Advantages.Compute(rewards, _segment.Grpo.NumGenerations, _estimator, _scale);
        return batch.Completions.Select((completion, i) => new PolicySample(completion, advantages[i], old?[i], reference?[i])).ToArray();
    }

    /// <summary>Null where a single step over fresh completions makes every ratio 1.</summary>
    private IReadOnlyList<float[]>? OldLogProbs(RolloutBatch batch, RolloutDifference difference, CancellationToken ct)
    {
        var stale = batch.Completions.Any(completion => completion.PolicyVersion != _segment.PolicyVersion);
        if (!stale && !_klInReward && _segment.Grpo is { StepsPerGeneration: 1, NumIterations: 1 })
            return null;
        var current = LogProbabilityPass.Run(_decoder, batch.Completions, MeasuredTogether, Temperature, ct);
        return batch.Completions.Select((completion, i) =>
        {
            // What an older policy sampled is compared with that policy, whose log-probabilities only the rollout knows.
            if (completion.PolicyVersion != _segment.PolicyVersion)
                return [.. completion.LogProbs];
            difference.Add([completion], current[i]);
            return current[i];
        }).ToArray();
    }

    private IReadOnlyList<float[]> ReferenceLogProbs(RolloutBatch batch, CancellationToken ct)
    {
        using var reference = CausalLanguageModel.Load(_segment.ReferenceFolder!, new Device(_segment.Device));
        return LogProbabilityPass.Run(reference.Decoder, batch.Completions, MeasuredTogether, Temperature, ct);
    }

    /// <summary>r − beta · Σ (log p_old − log p_ref), the k1 estimate over the completion.</summary>
    private double[] RewardsLessKl(RolloutBatch batch, IReadOnlyList<float[]> old, IReadOnlyList<float[]> reference) =>
        batch.Rewards.Select((reward, i) => reward - _beta * old[i].Zip(reference[i], (o, r) => (double)o - r).Sum()).ToArray();
}
