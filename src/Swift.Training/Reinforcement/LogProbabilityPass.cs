using Swift.Models.Decoders;
using Swift.Training.Rollouts;

namespace Swift.Training.Reinforcement;

/// <summary>Log-probabilities of whole batches of completions under a fixed policy.</summary>
internal static class LogProbabilityPass
{
    /// <param name="batchSize">Completions of one forward pass.</param>
    /// <returns>One list per completion, one value per token.</returns>
    public static IReadOnlyList<float[]> Run(
        Decoder decoder, IReadOnlyList<RolloutCompletion> completions, int batchSize, double temperature, CancellationToken ct)
    {
        var result = new List<float[]>(completions.Count);
        foreach (var chunk in completions.Chunk(batchSize))
        {
            ct.ThrowIfCancellationRequested();
            using var batch = new PolicyBatch(chunk, decoder.Device);
            var measured = batch.Measure(decoder, temperature);
            var flat = measured.LogProbs.cpu().data<float>().ToArray();
            measured.LogProbs.Dispose();
            var at = 0;
            foreach (var completion in chunk)
            {
                result.Add(flat[at..(at + completion.CompletionIds.Count)]);
                at += completion.CompletionIds.Count;
            }
        }

        return result;
    }
}
