using System.Text.Json;
using Swift.Contracts;

namespace Swift.Training.Tests.Reinforcement;

internal sealed record AdvantageCase(
    double[] Rewards, int NumGenerations, string AdvantageEstimator, string ScaleRewards, double[] Expected);

internal sealed record LossCase(
    string LossType, string ImportanceSamplingLevel, double Epsilon, double EpsilonHigh, double? Delta, double Beta, double TauPos, double TauNeg,
    int MaxCompletionLength, double[][] Logps, double[][] OldLogps, double[][] RefLogps, double[][] CompletionMask, double[] Advantages,
    double ExpectedLoss, double[][] ExpectedGrad);

/// <summary>Values made with another autograd from the published formulas.</summary>
internal sealed record PolicyLossVectors(LossCase[] Grpo, AdvantageCase[] Advantages)
{
    public static PolicyLossVectors Load() => JsonSerializer.Deserialize<PolicyLossVectors>(
        File.ReadAllText(SharedFiles.Path("vectors/rl-losses.json")), SwiftJson.Options)!;
}
