using Swift.Contracts.Pipelines;
using Swift.Models.Decoders;
using Swift.Models.Native;
using Swift.Training.Optimization;
using TorchSharp;
using AdamW = Swift.Training.Optimization.AdamW;
using Parameter = TorchSharp.Modules.Parameter;

namespace Swift.Training.Tests.Optimization;

public sealed class AdamWTests
{
    private static readonly TrainSpec Settings = new() { WeightDecay = 0.1, MaxGradNorm = 1 };

    public AdamWTests() => TorchLibrary.Load();

    private static DecoderParameter[] Parameters() =>
    [
        // The norm comes first here and last in the optimiser's buffer.
        new("norm", new Parameter(torch.tensor(new[] { 1f, 1f }), false), ParameterKind.Norm, [new("norm", 2)]),
        new("weight", new Parameter(torch.tensor(new[] { 0.5f, -1f, 2f, 0.25f }, 2, 2), false), ParameterKind.Weight, [new("weight", 2)]),
    ];

    private static void AddGradient(DecoderParameter[] parameters, float[] norm, float[] weight)
    {
        using var scope = torch.NewDisposeScope();
        var loss = (parameters[0].Value * torch.tensor(norm)).sum() + (parameters[1].Value * torch.tensor(weight, 2, 2)).sum();
        loss.backward();
    }

    private static double[] Values(DecoderParameter[] parameters) =>
        parameters.SelectMany(p => p.Value.data<float>().ToArray()).Select(value => (double)value).ToArray();

    /// <summary>Algorithm 2 of the paper, one number at a time, in float64.</summary>
    private static double[] ByDefinition(double[] values, double[][] gradients, bool[] decayed, double learningRate)
    {
        var (m, v) = (new double[values.Length], new double[values.Length]);
        for (var t = 1; t <= gradients.Length; t++)
        {
            var norm = Math.Sqrt(gradients[t - 1].Sum(g => g * g));
            var scale = norm > 1 ? 1 / (norm + 1e-6) : 1;
            for (var i = 0; i < values.Length; i++)
            {
                var g = gradients[t - 1][i] * scale;
                m[i] = 0.9 * m[i] + 0.1 * g;
                v[i] = 0.95 * v[i] + 0.05 * g * g;
                if (decayed[i])
                    values[i] -= learningRate * 0.1 * values[i];
                values[i] -= learningRate * (m[i] / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.95, t))) + 1e-8);
            }
        }

        return values;
    }

    [Fact]
    public void Steps_equal_the_definition_with_clipping_and_decay_of_matrices_only()
    {
        var parameters = Parameters();
        using var optimizer = new AdamW(parameters, Settings);
        double[][] gradients = [[0.1, -0.2, 0.3, 0.05, -0.1, 0.2], [3, 1, -2, 0.5, 1, 1], [0, 0, 0.1, 0, 0, 0]];
        var expected = ByDefinition(Values(parameters), gradients, [false, false, true, true, true, true], 0.01);
        foreach (var gradient in gradients)
        {
            AddGradient(parameters, [.. gradient[..2].Select(g => (float)g)], [.. gradient[2..].Select(g => (float)g)]);
            var step = optimizer.Step(0.01);
            step.Applied.ShouldBeTrue();
            step.GradientNorm.ShouldBe(Math.Sqrt(gradient.Sum(g => g * g)), 1e-5);
        }

        foreach (var (actual, value) in Values(parameters).Zip(expected))
            actual.ShouldBe(value, 1e-6);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_gradient_that_is_not_finite_changes_nothing(float bad)
    {
        var parameters = Parameters();
        using var optimizer = new AdamW(parameters, Settings);
        AddGradient(parameters, [1, 1], [1, 1, 1, 1]);
        optimizer.Step(0.01);
        var before = Values(parameters);
        AddGradient(parameters, [1, 1], [1, bad, 1, 1]);
        optimizer.Step(0.01).Applied.ShouldBeFalse();
        Values(parameters).ShouldBe(before);
        optimizer.Updates.ShouldBe(1);

        // And nothing of it is left for the next step.
        AddGradient(parameters, [1, 1], [1, 1, 1, 1]);
        optimizer.Step(0.01).Applied.ShouldBeTrue();
        Values(parameters).ShouldAllBe(value => double.IsFinite(value));
    }

    [Fact]
    public void A_restored_optimiser_goes_on_with_the_same_bits()
    {
        var (whole, cut) = (Parameters(), Parameters());
        using var one = new AdamW(whole, Settings);
        var first = new AdamW(cut, Settings);
        AddGradient(whole, [1, 2], [3, 4, 5, 6]);
        AddGradient(cut, [1, 2], [3, 4, 5, 6]);
        one.Step(0.01);
        first.Step(0.01);
        using var scope = torch.NewDisposeScope();
        var saved = first.State().ToDictionary(s => s.Name, s => s.Value.clone());
        first.Dispose();

        using var second = new AdamW(cut, Settings);
        second.Restore(name => saved[name], 1);
        AddGradient(whole, [-1, 2], [0, 4, 0, 6]);
        AddGradient(cut, [-1, 2], [0, 4, 0, 6]);
        one.Step(0.01);
        second.Step(0.01);
        Values(cut).ShouldBe(Values(whole));
    }
}
