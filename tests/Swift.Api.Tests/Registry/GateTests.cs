using Swift.Api.Registry.Gates;
using Swift.Contracts.Registry;

namespace Swift.Api.Tests.Registry;

public sealed class GateTests
{
    [Theory]
    [InlineData("accuracy >= 0.8", "accuracy", ">=", null, 0.8)]
    [InlineData(" loss<1e-3 ", "loss", "<", null, 1e-3)]
    [InlineData("bleu-4 > -1.5", "bleu-4", ">", null, -1.5)]
    [InlineData("accuracy >= champion", "accuracy", ">=", "champion", 0)]
    [InlineData("accuracy >= champion - 0.01", "accuracy", ">=", "champion", -0.01)]
    [InlineData("accuracy >= prod-eu + 0.02", "accuracy", ">=", "prod-eu", 0.02)]
    [InlineData("eval/accuracy == 1", "eval/accuracy", "==", null, 1)]
    public void A_gate_is_a_score_a_comparison_and_a_bound(string text, string metric, string comparison, string? alias, double number)
    {
        Gate.TryParse(text, out var gate).ShouldBeTrue();
        gate.ShouldBe(new Gate(text.Trim(), metric, comparison, alias, number));
    }

    [Theory]
    [InlineData("")]
    [InlineData("accuracy")]
    [InlineData("accuracy >= ")]
    [InlineData("accuracy => 0.8")]
    [InlineData("accuracy >= 0.8 and loss < 1")]
    [InlineData("accuracy >= champion - ")]
    [InlineData("accuracy >= champion * 2")]
    [InlineData("accuracy >= 1e999")]
    [InlineData("0.8 <= accuracy")]
    [InlineData("accuracy >= 0.8; drop")]
    public void Anything_else_is_not_a_gate(string text) => Gate.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("accuracy >= 0.8", 0.8, true)]
    [InlineData("accuracy > 0.8", 0.8, false)]
    [InlineData("accuracy <= 0.8", 0.9, false)]
    [InlineData("accuracy >= champion", 0.85, true)]
    [InlineData("accuracy >= champion - 0.01", 0.84, true)] // 0.85 - 0.01 is a little more than 0.84 in doubles
    [InlineData("accuracy >= champion - 0.01", 0.8399, false)]
    [InlineData("accuracy > champion", 0.85, false)]
    [InlineData("accuracy >= 0", double.NaN, false)]
    [InlineData("accuracy <= 0", double.NaN, false)]
    [InlineData("f1 >= 0", 1, false)]
    public void A_gate_holds_when_the_comparison_does(string text, double accuracy, bool held) =>
        Judge(text, Measured(accuracy), new Comparand(1, Measured(0.85))).Held.ShouldBe(held);

    [Theory]
    [InlineData(2.0 / 3)]
    [InlineData(1.0 / 3)]
    [InlineData(0.1 + 0.2)]
    public void An_equal_score_is_equal_to_the_last_digit(double score)
    {
        bool Holds(string text) => Judge(text, Measured(score), new Comparand(1, Measured(score))).Held;
        (Holds("accuracy >= champion"), Holds("accuracy > champion"), Holds("accuracy == champion"), Holds("accuracy < champion")).ShouldBe((true, false, true, false));
        (Holds("accuracy >= champion - 0.01"), Holds("accuracy >= champion + 0.01")).ShouldBe((true, false));
    }

    [Fact]
    public void Before_the_first_promotion_there_is_nothing_to_be_worse_than() =>
        Judge("accuracy >= champion", Measured(0.1), champion: null).Held.ShouldBeTrue();

    [Fact]
    public void An_alias_that_does_not_exist_and_is_not_the_one_to_be_moved_promotes_nothing() =>
        Judge("accuracy >= chmpion", Measured(1), new Comparand(1, Measured(0))).Held.ShouldBeFalse();

    [Fact]
    public void Scores_on_other_questions_are_not_compared()
    {
        var result = Judge("accuracy >= champion", Measured(0.9), new Comparand(4, Measured(0.1) with { Questions = "sha256:other" }));
        result.Held.ShouldBeFalse();
        result.Explanation.ShouldContain("version 4");
        result.Explanation.ShouldContain("other questions");
    }

    [Fact]
    public void A_champion_that_was_never_measured_is_not_beaten() => Judge("accuracy >= champion", Measured(0.9), new Comparand(1, null)).Held.ShouldBeFalse();

    [Fact]
    public void A_model_that_was_never_measured_passes_no_gate() => Judge("accuracy >= 0", null, null).Held.ShouldBeFalse();

    private static GateResult Judge(string text, ModelEvaluation? candidate, Comparand? champion)
    {
        Gate.TryParse(text, out var gate).ShouldBeTrue();
        return GateJudgement.Judge(gate, candidate, alias => alias == "champion" ? champion : null, "champion");
    }

    private static ModelEvaluation Measured(double accuracy) =>
        new("eval", "sha256:report", new Dictionary<string, double> { ["accuracy"] = accuracy }, "sha256:questions");
}
