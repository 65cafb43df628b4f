using Swift.Data.Encodings;
using Swift.Models.Decoders;
using Swift.Training.LogProbabilities;
using TorchSharp;
using static TorchSharp.torch;

namespace Swift.Training.Supervised;

/// <summary>What the gradient of a step was taken of.</summary>
/// <param name="Loss">Σ loss scale × cross-entropy / #labels.</param>
/// <param name="RouterLoss">Mean of the loss that balances routers, without its weight; null where it is not used.</param>
/// <param name="Tokens">Positions gone through, padding not counted.</param>
internal readonly record struct SupervisedStepLoss(double Loss, double? RouterLoss, long Tokens);

/// <summary>The gradient of one optimiser step.</summary>
internal static class SupervisedStep
{
    /// <summary>
    /// Adds the gradient of Σ loss scale × cross-entropy / #labels to the decoder's parameters, the sum and the count going over all micro-batches
    /// of the step: how a step is cut into micro-batches and rows changes nothing but rounding. The balance of routers is a matter of
    /// a micro-batch; each counts by its share of the step's positions.
    /// </summary>
    /// <param name="routerWeight">Of the loss that balances routers; without effect on a decoder that has none.</param>
    public static SupervisedStepLoss Backward(
        Decoder decoder, IReadOnlyList<IReadOnlyList<IReadOnlyList<EncodedSample>>> microBatches, double routerWeight = 0)
    {
        var samples = microBatches.SelectMany(rows => rows).SelectMany(row => row).ToArray();
        var labels = samples.Sum(sample => sample.LabelCount);
        var tokens = samples.Sum(sample => (long)sample.Ids.Length);
        var balancing = routerWeight > 0 && decoder.Config.NumExperts > 0;
        var (total, routers) = (0.0, 0.0);
        foreach (var rows in microBatches)
        {
            using var scope = NewDisposeScope();
            using var batch = new SampleBatch(rows, decoder.Device);
            using var balance = balancing ? new RouterBalance(batch.RealPositions) : null;
            var hidden = decoder.Hidden(batch.Ids, batch.PositionIds, batch.Attention, balance).flatten(0, 1).index_select(0, batch.LabelledPositions);
            var share = rows.Sum(row => row.Sum(sample => sample.Ids.Length)) / (double)tokens;
            var routerLoss = balance?.Loss();
            total += TokenLogProbabilities.BackwardCrossEntropy(
                hidden, decoder.Output, batch.Targets, 1.0 / labels, routerLoss?.mul(routerWeight * share), batch.Weights);
            routers += share * (routerLoss?.ToScalar().ToDouble() ?? 0);
        }

        return new SupervisedStepLoss(total / labels, balancing ? routers : null, tokens);
    }

    /// <summary>Σ loss scale × cross-entropy / #labels of samples that are not learned from, some rows at a time.</summary>
    /// <returns>Null of no samples.</returns>
    public static double? Loss(Decoder decoder, IEnumerable<EncodedSample> samples, int batchSize, CancellationToken ct)
    {
        using var grad = no_grad();
        var (total, labels) = (0.0, 0L);
        foreach (var rows in samples.Chunk(batchSize))
        {
            ct.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var batch = new SampleBatch([.. rows.Select(sample => new[] { sample })], decoder.Device);
            var hidden = decoder.Hidden(batch.Ids, batch.PositionIds, batch.Attention).flatten(0, 1).index_select(0, batch.LabelledPositions);
            var logProbs = TokenLogProbabilities.Measure(hidden, decoder.Output, batch.Targets, temperature: 1).LogProbs;
            total -= (batch.Weights is { } weights ? logProbs * weights : logProbs).sum().ToScalar().ToDouble();
            labels += rows.Sum(sample => (long)sample.LabelCount);
        }

        return labels == 0 ? null : total / labels;
    }
}
