using Swift.Models.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace Swift.Models.Tests.Decoders;

public sealed class RouterBalanceTests
{
    /// <summary>By hand over all layers, as in Mixtral: experts · Σₑ (choices of e / positions) · (mean probability of e).</summary>
    [Fact]
    public void The_loss_is_that_of_the_formula_and_padding_does_not_count()
    {
        using var balance = new RouterBalance(tensor(new[] { true, true, false }, 1, 3));
        using var scope = NewDisposeScope();
        double[][][] layers = [[[0.5, 0.3, 0.2], [0.1, 0.2, 0.7], [0.0, 0.0, 1.0]], [[0.6, 0.2, 0.2], [0.3, 0.4, 0.3], [1.0, 0.0, 0.0]]];
        long[][][] chosen = [[[0, 1], [2, 1], [2, 1]], [[0, 2], [1, 0], [0, 1]]];
        for (var layer = 0; layer < 2; layer++)
            balance.Add(tensor(layers[layer].SelectMany(row => row).ToArray(), 3, 3), tensor(chosen[layer].SelectMany(row => row).ToArray(), 3, 2));

        var loss = balance.Loss()!.item<double>();

        var expected = 0.0;
        for (var expert = 0; expert < 3; expert++)
        {
            var counted = Enumerable.Range(0, 4).Select(i => (Layer: i / 2, Position: i % 2)).ToArray();
            expected += 3 * counted.Sum(at => chosen[at.Layer][at.Position].Count(e => e == expert)) / 4.0 * counted.Average(at => layers[at.Layer][at.Position][expert]);
        }
        loss.ShouldBe(expected, 1e-12);
    }

    [Fact]
    public void A_decoder_without_experts_has_no_loss_and_one_with_experts_at_least_their_number_per_position()
    {
        using var scope = NewDisposeScope();
        Of("llama").ShouldBeNull();
        Of("mixtral")!.item<float>().ShouldBeInRange(1.9f, 5);

        static Tensor? Of(string model)
        {
            using var decoder = TinyModels.Create(TinyModels.ByName(model));
            using var balance = new RouterBalance();
            using var attention = new CausalAttention(8);
            decoder.Hidden(TinyModels.Row(TinyModels.Ids(8, 40, 1)), arange(8, ScalarType.Int64).unsqueeze(0), attention, balance);
            return balance.Loss();
        }
    }

    [Fact]
    public void Its_gradient_reaches_the_routers_and_agrees_with_finite_differences()
    {
        using var decoder = TinyModels.Create(TinyModels.Mixtral, type: ScalarType.Float64);
        decoder.RequireGradients(true);
        using var scope = NewDisposeScope();
        Loss().backward();
        foreach (var parameter in decoder.Parameters.Where(parameter => parameter.Name.Contains(".gate.", StringComparison.Ordinal)))
        {
            var gradient = parameter.Value.grad!.flatten();
            var element = gradient.abs().argmax().item<long>();
            using var value = parameter.Value.detach().flatten().narrow(0, element, 1);
            double Shifted(double by)
            {
                using var grad = no_grad();
                value.add_(by);
                var loss = Loss().item<double>();
                value.sub_(by);
                return loss;
            }
            ((Shifted(1e-5) - Shifted(-1e-5)) / 2e-5).ShouldBe(gradient[element].item<double>(), 1e-7, parameter.Name);
            gradient[element].item<double>().ShouldNotBe(0);
        }

        Tensor Loss()
        {
            using var balance = new RouterBalance();
            using var attention = new CausalAttention(9);
            decoder.Hidden(TinyModels.Row(TinyModels.Ids(9, 40, 3)), arange(9, ScalarType.Int64).unsqueeze(0), attention, balance);
            return balance.Loss()!;
        }
    }
}
