using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Training.Reinforcement;

namespace Swift.Training.Tests.Reinforcement;

public sealed class AdvantagesTests
{
    [Fact]
    public void Advantages_equal_the_vectors()
    {
        var cases = PolicyLossVectors.Load().Advantages;
        cases.ShouldNotBeEmpty();
        foreach (var c in cases)
        {
            var (estimator, scale) = Advantages.Options(new GrpoSpec { AdvantageEstimator = c.AdvantageEstimator, ScaleRewards = c.ScaleRewards });
            var actual = Advantages.Compute(c.Rewards, c.NumGenerations, estimator, scale);
            foreach (var (value, expected) in actual.Zip(c.Expected))
                value.ShouldBe(expected, 1e-9, $"{c.AdvantageEstimator}, {c.ScaleRewards}, {c.NumGenerations}");
        }
    }

    [Fact]
    public void A_group_of_equal_rewards_teaches_nothing() =>
        Advantages.Compute([1, 1, 1, 1], 4, AdvantageEstimator.Grpo, RewardScale.Group).ShouldBe([0, 0, 0, 0]);

    [Fact]
    public void Groups_of_one_have_no_deviation() =>
        Advantages.Compute([1, 2], 1, AdvantageEstimator.Rloo, RewardScale.Group).ShouldBe([0, 0]);

    [Fact]
    public void Half_a_group_is_an_error() =>
        Should.Throw<ArgumentException>(() => Advantages.Compute([1, 2, 3], 2, AdvantageEstimator.Grpo, RewardScale.None));

    [Fact]
    public void Unknown_names_are_refused()
    {
        Should.Throw<SwiftException>(() => Advantages.Options(new GrpoSpec { AdvantageEstimator = "gae" })).Reason.Code.ShouldBe("grpo_option_unknown");
        Should.Throw<SwiftException>(() => Advantages.Options(new GrpoSpec { ScaleRewards = "all" })).Reason.Code.ShouldBe("grpo_option_unknown");
    }
}
