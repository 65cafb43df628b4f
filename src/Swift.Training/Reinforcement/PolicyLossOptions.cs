using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;

namespace Swift.Training.Reinforcement;

/// <summary>How the per-token terms are formed and summed up.</summary>
public enum PolicyLossType
{
    /// <summary>Clipped surrogate; mean over completions of their token means (arXiv:2402.03300).</summary>
    Grpo,
    /// <summary>Clipped surrogate; mean over the tokens of the batch.</summary>
    Bnpo,
    /// <summary>Clipped surrogate; sum over completions × longest allowed completion (arXiv:2503.20783).</summary>
    DrGrpo,
    /// <summary>Clipped surrogate; mean over the tokens of the whole generation batch (arXiv:2503.14476).</summary>
    Dapo,
    /// <summary>Truncated ratio as a constant weight of log p (arXiv:2506.13585); summed as <see cref="Dapo"/>.</summary>
    Cispo,
    /// <summary>Soft gate instead of a clip (arXiv:2511.20347); summed as <see cref="Grpo"/>.</summary>
    Sapo,
}

/// <summary>What a ratio of probabilities is taken of.</summary>
public enum ImportanceSamplingLevel
{
    /// <summary>Each token by itself.</summary>
    Token,
    /// <summary>The completion, geometric mean over its tokens (GSPO, arXiv:2507.18071).</summary>
    Sequence,
    /// <summary>Value of the completion's ratio, gradient of each token (GSPO-token).</summary>
    SequenceToken,
}

/// <summary>Settings of <see cref="PolicyLoss"/>. Names are ms-swift's.</summary>
/// <param name="EpsilonHigh">Upper clip is 1 + this; for <see cref="PolicyLossType.Cispo"/> the ratio's absolute cap.</param>
/// <param name="Delta">Upper limit of the ratio before the minimum is taken (dual clip); null = none.</param>
/// <param name="Beta">Weight of the k3 estimate of the KL divergence to the reference; 0 = none.</param>
/// <param name="TauPos">Temperature of SAPO's gate for positive advantages.</param>
/// <param name="TauNeg">The same for advantages of 0 and below.</param>
public sealed record PolicyLossOptions(
    PolicyLossType LossType, ImportanceSamplingLevel ImportanceSamplingLevel, double Epsilon, double EpsilonHigh, double? Delta, double Beta,
    double TauPos = 1.0, double TauNeg = 1.05)
{
    /// <exception cref="SwiftException">Bad input <c>grpo_option_unknown</c>, <c>grpo_option_invalid</c>.</exception>
    public static PolicyLossOptions From(GrpoSpec spec)
    {
        var lossType = spec.LossType switch
        {
            "grpo" => PolicyLossType.Grpo,
            "bnpo" => PolicyLossType.Bnpo,
            "dr_grpo" => PolicyLossType.DrGrpo,
            "dapo" => PolicyLossType.Dapo,
            "cispo" => PolicyLossType.Cispo,
            "sapo" => PolicyLossType.Sapo,
            _ => throw Unknown("loss_type", spec.LossType, "grpo, bnpo, dr_grpo, dapo, cispo, sapo"),
        };
        var level = spec.ImportanceSamplingLevel switch
        {
            "token" => ImportanceSamplingLevel.Token,
            "sequence" => ImportanceSamplingLevel.Sequence,
            "sequence_token" => ImportanceSamplingLevel.SequenceToken,
            _ => throw Unknown("importance_sampling_level", spec.ImportanceSamplingLevel, "token, sequence, sequence_token"),
        };
        // An absolute cap below 1 would scale every gradient down silently: inheriting epsilon (0.2) is never what was meant.
        if (lossType == PolicyLossType.Cispo && spec.EpsilonHigh is not >= 1)
            throw SwiftException.BadInput("grpo_option_invalid", "loss_type cispo needs epsilon_high: the ratio's absolute cap, 1 or more (5.0 is usual).");
        return new PolicyLossOptions(lossType, level, spec.Epsilon, spec.EpsilonHigh ?? spec.Epsilon, spec.Delta, spec.Beta);
    }

    internal static SwiftException Unknown(string field, string value, string known) =>
        SwiftException.BadInput("grpo_option_unknown", $"{field}: '{value}' is unknown. Known: {known}.");
}
