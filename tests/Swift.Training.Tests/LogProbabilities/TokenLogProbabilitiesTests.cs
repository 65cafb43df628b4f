using Swift.Models.Decoders;
using Swift.Models.Native;
using Swift.Training.LogProbabilities;
using TorchSharp;
using static TorchSharp.torch;

namespace Swift.Training.Tests.LogProbabilities;

public sealed class TokenLogProbabilitiesTests
{
    private const int Positions = 13, Width = 6, Vocabulary = 11;

    public TokenLogProbabilitiesTests() => TorchLibrary.Load();

    /// <summary>Smooth numbers without a random generator.</summary>
    private static Tensor Numbers(int rows, int columns, double phase) =>
        tensor(Enumerable.Range(0, rows * columns).Select(i => Math.Sin(phase + 1.7 * i)).ToArray(), rows, columns, ScalarType.Float64);

    private static Tensor Targets() => tensor(Enumerable.Range(0, Positions).Select(i => (long)(i * 7 % Vocabulary)).ToArray());

    private static (Tensor Base, Tensor Hidden, Tensor Output) Leaves()
    {
        var source = Numbers(Positions, Width, 0.3).requires_grad_();
        return (source, source * 2, Numbers(Vocabulary, Width, 1.1).requires_grad_());
    }

    private static Tensor WholeLogProbs(Tensor hidden, Tensor output, double temperature, double? cap)
    {
        var logits = hidden.matmul(output.t());
        return nn.functional.log_softmax((cap is { } c ? (logits / c).tanh() * c : logits) / temperature, 1);
    }

    private static void ShouldBeClose(Tensor actual, Tensor expected) =>
        (actual - expected).abs().max().item<double>().ShouldBeLessThan(1e-12);

    [Theory]
    [InlineData(1 << 20, null)]
    [InlineData(4 * Vocabulary, null)]
    [InlineData(1, null)]
    [InlineData(1 << 20, 2.5)]
    [InlineData(4 * Vocabulary, 2.5)]
    public void Cross_entropy_and_its_gradients_do_not_depend_on_the_chunk(long maximumLogits, double? cap)
    {
        using var scope = NewDisposeScope();
        var (source, hidden, output) = Leaves();
        // The loss of a chunk is read as float32.
        var total = TokenLogProbabilities.BackwardCrossEntropy(hidden.to(ScalarType.Float64), new OutputProjection(output, cap), Targets(), 0.25, maximumLogits: maximumLogits);

        var (expectedSource, expectedHidden, expectedOutput) = Leaves();
        var loss = -WholeLogProbs(expectedHidden, expectedOutput, 1, cap).gather(1, Targets().unsqueeze(1)).sum();
        (loss * 0.25).backward();
        total.ShouldBe(loss.item<double>(), 1e-5);
        ShouldBeClose(source.grad!, expectedSource.grad!);
        ShouldBeClose(output.grad!, expectedOutput.grad!);
    }

    [Theory]
    [InlineData(1 << 20, null)]
    [InlineData(4 * Vocabulary, null)]
    [InlineData(1, null)]
    [InlineData(1 << 20, 2.5)]
    [InlineData(4 * Vocabulary, 2.5)]
    public void Gradients_of_a_function_of_log_probabilities_do_not_depend_on_the_chunk(long maximumLogits, double? cap)
    {
        using var scope = NewDisposeScope();
        var (source, hidden, output) = Leaves();
        Tensor? seen = null;
        var entropy = 0.0;
        // Loss Σ (log p)², so that the derivative depends on the value.
        TokenLogProbabilities.Backward(hidden, new OutputProjection(output, cap), Targets(), 0.7, measured =>
        {
            (seen, entropy) = (measured.LogProbs.clone().MoveToOuterDisposeScope(), measured.EntropySum);
            return measured.LogProbs * 2;
        }, maximumLogits: maximumLogits);

        var (expectedSource, expectedHidden, expectedOutput) = Leaves();
        var all = WholeLogProbs(expectedHidden, expectedOutput, 0.7, cap);
        var picked = all.gather(1, Targets().unsqueeze(1)).squeeze(1);
        picked.square().sum().backward();
        ShouldBeClose(seen!, picked.detach());
        ShouldBeClose(source.grad!, expectedSource.grad!);
        ShouldBeClose(output.grad!, expectedOutput.grad!);
        entropy.ShouldBe(-(all.exp() * all).sum().item<double>(), 1e-4);
    }
}
