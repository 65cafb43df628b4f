using System.Text.Json;
using Swift.Contracts.Experiments;
using Swift.Training.Rewards;

namespace Swift.Training.Tests.Rewards;

public sealed class RewardTests
{
    private static ScoredCompletion Completion(string text, string? solution = null) =>
        new(text, [1], solution, new Dictionary<string, JsonElement>());

    [Theory]
    [InlineData("<think>3 + 4</think><answer>7</answer>", "7", 1)]
    [InlineData("<answer> 7.0 </answer>", "7", 1)]
    [InlineData("<answer>$1,200.</answer>", "1200", 1)]
    [InlineData("<answer>-3</answer>", "3", 0)]
    [InlineData("<answer>8</answer>", "7", 0)]
    [InlineData("7", "7", 0)]
    [InlineData("<answer>7", "7", 0)]
    [InlineData("<answer></answer>", "7", 0)]
    [InlineData("<answer>1</answer><answer>7</answer>", "7", 0)]
    [InlineData("so it is \\boxed{7}", "7", 1)]
    [InlineData("\\boxed{7} and then \\boxed{8}", "7", 0)]
    [InlineData("<answer>Paris</answer>", "paris", 1)]
    [InlineData("<answer>7 apples</answer>", "7", 0)]
    [InlineData("<answer>7</answer>", "<think>x</think><answer>7</answer>", 1)]
    [InlineData("<answer>99999999999999999999999999999999</answer>", "7", 0)]
    public void Accuracy_compares_the_stated_answer_with_the_solution(string text, string solution, double expected) =>
        new AccuracyReward().Score(Completion(text, solution)).ShouldBe(expected);

    [Fact]
    public void Accuracy_does_not_apply_without_a_solution() =>
        new AccuracyReward().Score(Completion("<answer>7</answer>")).ShouldBeNull();

    [Theory]
    [InlineData("<think>a\nb</think>\n<answer>7</answer>", 1)]
    [InlineData("<think></think><answer></answer>", 1)]
    [InlineData(" <think>a</think><answer>7</answer>", 0)]
    [InlineData("<think>a</think><answer>7</answer>\n", 0)]
    [InlineData("<think>a</think>so<answer>7</answer>", 0)]
    [InlineData("<answer>7</answer>", 0)]
    public void Format_wants_thoughts_and_an_answer_and_nothing_else(string text, double expected) =>
        new FormatReward().Score(Completion(text)).ShouldBe(expected);

    [Fact]
    public void The_registry_resolves_in_the_order_named_and_takes_new_rewards()
    {
        var registry = new RewardRegistry();
        registry.Add(new Brevity());
        registry.Resolve(["brevity", "accuracy"]).Select(r => r.Name).ShouldBe(["brevity", "accuracy"]);
        registry.Names.ShouldBe(["accuracy", "brevity", "format"]);
    }

    [Fact]
    public void An_unknown_reward_is_refused_and_the_known_ones_are_named()
    {
        var failure = Should.Throw<SwiftException>(() => new RewardRegistry().Resolve(["accurracy"]));
        failure.Reason.Code.ShouldBe("reward_unknown");
        failure.Message.ShouldContain("accuracy, format");
    }

    private sealed class Brevity : IReward
    {
        public string Name => "brevity";

        public double? Score(ScoredCompletion completion) => -completion.CompletionIds.Count;
    }
}
