using Swift.Models.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace Swift.Training.LogProbabilities;

/// <summary>Log-probabilities of the tokens that were asked for.</summary>
/// <param name="LogProbs">[positions], without gradient.</param>
/// <param name="EntropySum">Entropies of the distributions, summed over the positions, in nats.</param>
public readonly record struct MeasuredLogProbabilities(Tensor LogProbs, double EntropySum);

/// <summary>
/// Log-probabilities of given tokens from hidden states, a chunk of positions at a time: the logits of a whole batch,
/// by far the largest tensor of a step, never exist. Gradients of a chunk are taken while its logits are there.
/// </summary>
public static class TokenLogProbabilities
{
    /// <summary>Logits held at once, in elements: large enough that a product with the output matrix is worth its memory traffic.</summary>
    private const long MaximumLogits = 1 << 24;

    /// <summary>Adds the gradient of <paramref name="scale"/> × Σ −log p to the parameters behind <paramref name="hidden"/> and to the weight of <paramref name="output"/>.</summary>
    /// <param name="hidden">[positions, hidden], with its graph.</param>
    /// <param name="targets">[positions], int64.</param>
    /// <param name="auxiliary">A scalar from the same forward pass whose gradient is taken as well, unscaled; null = none.</param>
    /// <param name="weights">[positions]: of each −log p in the sum; null = each counts 1.</param>
    /// <returns>Σ −log p, weighted, but not scaled.</returns>
    public static double BackwardCrossEntropy(
        Tensor hidden, OutputProjection output, Tensor targets, double scale, Tensor? auxiliary = null, Tensor? weights = null,
        long maximumLogits = MaximumLogits)
    {
        using var scope = NewDisposeScope();
        var gradients = new List<Tensor>();
        var total = 0.0;
        foreach (var (start, length) in Chunks(hidden, output, maximumLogits))
        {
            using var chunkScope = NewDisposeScope();
            var leaf = hidden.detach().narrow(0, start, length).requires_grad_();
            var loss = weights is null
                ? nn.functional.cross_entropy(output.Logits(leaf), targets.narrow(0, start, length), reduction: nn.Reduction.Sum)
                : nn.functional.cross_entropy(output.Logits(leaf), targets.narrow(0, start, length), reduction: nn.Reduction.None)
                    .mul(weights.narrow(0, start, length)).sum();
            total += loss.ToScalar().ToDouble();
            loss.mul(scale).backward();
            gradients.Add(leaf.grad!.MoveToOuterDisposeScope());
        }

        Backward(hidden, gradients.Count == 1 ? gradients[0] : cat(gradients), auxiliary);
        return total;
    }

    /// <summary>Log-probabilities without gradient.</summary>
    /// <param name="temperature">Divides the logits.</param>
    /// <returns>Its tensor is owned by the caller.</returns>
    public static MeasuredLogProbabilities Measure(
        Tensor hidden, OutputProjection output, Tensor targets, double temperature, long maximumLogits = MaximumLogits)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        var entropy = 0.0;
        foreach (var (start, length) in Chunks(hidden, output, maximumLogits))
        {
            using var chunkScope = NewDisposeScope();
            var logProbs = AllLogProbs(hidden.narrow(0, start, length), output, temperature);
            parts.Add(Pick(logProbs, targets.narrow(0, start, length)).MoveToOuterDisposeScope());
            entropy += Entropy(logProbs);
        }

        return new MeasuredLogProbabilities(cat(parts).MoveToOuterDisposeScope(), entropy);
    }

    /// <summary>Adds the gradient of a loss that is a function of log-probabilities.</summary>
    /// <param name="gradientOf">Given log p [positions] without gradient, the loss's derivative by it [positions]. Called once.</param>
    /// <param name="auxiliary">A scalar from the same forward pass whose gradient is taken as well; null = none.</param>
    /// <inheritdoc cref="Measure" path="/param"/>
    public static void Backward(
        Tensor hidden, OutputProjection output, Tensor targets, double temperature, Func<MeasuredLogProbabilities, Tensor> gradientOf,
        Tensor? auxiliary = null, long maximumLogits = MaximumLogits)
    {
        using var scope = NewDisposeScope();
        var chunks = Chunks(hidden, output, maximumLogits).ToArray();
        if (chunks.Length == 1)
        {
            // Everything fits: the graph of the one chunk is kept instead of being computed twice.
            var leaf = hidden.detach().requires_grad_();
            var all = AllLogProbs(leaf, output, temperature);
            var picked = Pick(all, targets);
            picked.backward([gradientOf(new MeasuredLogProbabilities(picked.detach(), Entropy(all)))]);
            Backward(hidden, leaf.grad!, auxiliary);
            return;
        }

        var measured = Measure(hidden.detach(), output, targets, temperature, maximumLogits);
        var gradient = gradientOf(measured);
        var gradients = new List<Tensor>();
        foreach (var (start, length) in chunks)
        {
            using var chunkScope = NewDisposeScope();
            var leaf = hidden.detach().narrow(0, start, length).requires_grad_();
            Pick(AllLogProbs(leaf, output, temperature), targets.narrow(0, start, length)).backward([gradient.narrow(0, start, length)]);
            gradients.Add(leaf.grad!.MoveToOuterDisposeScope());
        }

        Backward(hidden, cat(gradients), auxiliary);
    }

    /// <summary>One pass through the graph for both: it is freed on the way.</summary>
    private static void Backward(Tensor hidden, Tensor gradient, Tensor? auxiliary)
    {
        if (auxiliary is null)
            hidden.backward([gradient]);
        else
            hidden.mul(gradient).sum().add(auxiliary).backward();
    }

    private static Tensor AllLogProbs(Tensor hidden, OutputProjection output, double temperature)
    {
        var logits = output.Logits(hidden);
        return nn.functional.log_softmax(temperature == 1 ? logits : logits / temperature, 1);
    }

    private static double Entropy(Tensor logProbs)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        return -logProbs.exp().mul_(logProbs).sum().ToScalar().ToDouble();
    }

    private static Tensor Pick(Tensor logProbs, Tensor targets) => logProbs.gather(1, targets.unsqueeze(1)).squeeze(1);

    private static IEnumerable<(long Start, long Length)> Chunks(Tensor hidden, OutputProjection output, long maximumLogits)
    {
        var positions = hidden.size(0);
        var size = Math.Max(1, maximumLogits / output.Weight.size(0));
        for (long start = 0; start < positions; start += size)
            yield return (start, Math.Min(size, positions - start));
    }
}
