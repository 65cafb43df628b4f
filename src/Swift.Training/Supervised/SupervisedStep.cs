using Swift.Models.Decoders;
using Swift.Training.LogProbabilities;
using static TorchSharp.torch;

namespace Swift.Training.Supervised;

/// <summary>The gradient of one optimiser step.</summary>
internal static class SupervisedStep
{
    /// <summary>
    /// Adds the gradient of Σ cross-entropy / #labels to the decoder's parameters, the sum and the count going over all micro-batches
    /// of the step: how a step is cut into micro-batches and rows changes nothing but rounding.
    /// </summary>
    /// <returns>That loss, and the positions gone through, padding not counted.</returns>
    public static (double Loss, long Tokens) Backward(Decoder decoder, IReadOnlyList<IReadOnlyList<IReadOnlyList<EncodedSample>>> microBatches)
    {
        var samples = microBatches.SelectMany(rows => rows).SelectMany(row => row).ToArray();
        var labels = samples.Sum(sample => sample.LabelCount);
        var total = 0.0;
        foreach (var rows in microBatches)
        {
            using var scope = NewDisposeScope();
            using var batch = new SampleBatch(rows, decoder.Device);
            var hidden = decoder.Hidden(batch.Ids, batch.PositionIds, batch.Attention).flatten(0, 1).index_select(0, batch.LabelledPositions);
            total += TokenLogProbabilities.BackwardCrossEntropy(hidden, decoder.Output, batch.Targets, 1.0 / labels);
        }

        return (total / labels, samples.Sum(sample => (long)sample.Ids.Length));
    }
}
