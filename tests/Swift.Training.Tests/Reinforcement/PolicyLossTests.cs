using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Models.Native;
using Swift.Training.Reinforcement;
using TorchSharp;

namespace Swift.Training.Tests.Reinforcement;

public sealed class PolicyLossTests
{
    private const double Tolerance = 1e-9;

    public PolicyLossTests() => TorchLibrary.Load();

    private static torch.Tensor Matrix(double[][] rows) =>
        torch.tensor(rows.SelectMany(r => r).ToArray(), rows.Length, rows[0].Length, torch.float64);

    private static PolicyLossOptions Options(LossCase c) => PolicyLossOptions.From(new GrpoSpec
    {
        LossType = c.LossType, ImportanceSamplingLevel = c.ImportanceSamplingLevel,
        Epsilon = c.Epsilon, EpsilonHigh = c.EpsilonHigh, Delta = c.Delta, Beta = c.Beta,
    }) with { TauPos = c.TauPos, TauNeg = c.TauNeg };

    private static (double Loss, double[] Gradient) Run(LossCase c, IReadOnlyList<(int From, int To)> microBatches)
    {
        using var scope = torch.NewDisposeScope();
        var logProbs = Matrix(c.Logps).requires_grad_();
        var (old, reference, mask) = (Matrix(c.OldLogps), Matrix(c.RefLogps), Matrix(c.CompletionMask));
        var advantages = torch.tensor(c.Advantages, dtype: torch.float64);
        var tokens = mask.sum().item<double>();
        var totals = new PolicyLossTotals(c.Logps.Length, tokens, tokens, c.MaxCompletionLength);
        var loss = 0.0;
        foreach (var (from, to) in microBatches)
        {
            var part = torch.TensorIndex.Slice(from, to);
            var inputs = new PolicyLossInputs(logProbs[part], old[part], c.Beta == 0 ? null : reference[part], mask[part], advantages[part]);
            using var value = PolicyLoss.Compute(inputs, Options(c), totals);
            value.Loss.backward();
            loss += value.Loss.item<double>();
        }

        return (loss, logProbs.grad!.data<double>().ToArray());
    }

    [Fact]
    public void Losses_and_gradients_equal_the_vectors()
    {
        var cases = PolicyLossVectors.Load().Grpo;
        cases.ShouldNotBeEmpty();
        foreach (var c in cases)
        {
            var (loss, gradient) = Run(c, [(0, c.Logps.Length)]);
            var name = $"{c.LossType}, {c.ImportanceSamplingLevel}, beta {c.Beta}, delta {c.Delta}";
            loss.ShouldBe(c.ExpectedLoss, Tolerance, name);
            foreach (var (actual, expected) in gradient.Zip(c.ExpectedGrad.SelectMany(g => g)))
                actual.ShouldBe(expected, Tolerance, name);
        }
    }

    [Fact]
    public void Cutting_a_step_into_micro_batches_changes_nothing()
    {
        foreach (var c in PolicyLossVectors.Load().Grpo)
        {
            var whole = Run(c, [(0, c.Logps.Length)]);
            var cut = Run(c, [(0, 1), (1, c.Logps.Length)]);
            cut.Loss.ShouldBe(whole.Loss, Tolerance);
            foreach (var (actual, expected) in cut.Gradient.Zip(whole.Gradient))
                actual.ShouldBe(expected, Tolerance);
        }
    }

    [Fact]
    public void A_clip_that_takes_the_gradient_away_is_counted()
    {
        using var scope = torch.NewDisposeScope();
        var old = torch.zeros(2, 2, torch.float64);
        // Ratios 1.5 and 1 with a positive advantage, 0.5 and 1 with a negative one: one of two is clipped in each row.
        var logProbs = torch.tensor(new[] { Math.Log(1.5), 0, Math.Log(0.5), 0 }, 2, 2, torch.float64).requires_grad_();
        var inputs = new PolicyLossInputs(logProbs, old, null, torch.ones(2, 2, torch.float64), torch.tensor(new[] { 1.0, -1.0 }));
        using var value = PolicyLoss.Compute(inputs, PolicyLossOptions.From(new GrpoSpec { Beta = 0 }), new PolicyLossTotals(2, 4, 4, 2));
        value.ClippedSum.item<double>().ShouldBe(2);
        value.RatioCount.item<double>().ShouldBe(4);
        value.Loss.backward();
        logProbs.grad!.data<double>().ToArray().ShouldBe([0, -0.25, 0, 0.25], 1e-12);
    }

    [Fact]
    public void The_divergence_stays_finite_however_far_apart_the_policies_are()
    {
        using var scope = torch.NewDisposeScope();
        var kl = PolicyLoss.KullbackLeibler(torch.tensor(new[] { -1000.0, 0, -1 }), torch.tensor(new[] { 0.0, -1000, -1 }));
        kl.data<double>().ToArray().ShouldBe([10, 10, 0], 1e-12);
    }

    [Theory]
    [InlineData("grqo", "token", "grpo_option_unknown")]
    [InlineData("grpo", "word", "grpo_option_unknown")]
    [InlineData("cispo", "token", "grpo_option_invalid")]
    public void Unknown_or_harmful_options_are_refused(string lossType, string level, string code) =>
        Should.Throw<SwiftException>(() => PolicyLossOptions.From(new GrpoSpec { LossType = lossType, ImportanceSamplingLevel = level }))
            .Reason.Code.ShouldBe(code);
}
