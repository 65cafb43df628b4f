using static TorchSharp.torch;

namespace Swift.Inference.Sampling;

/// <summary>
/// Draws one token for every row of a batch with a handful of tensor operations. Order of operations as vLLM's:
/// repetition penalty, greedy choice or division by the temperature, min-p, top-k, top-p, draw.
/// The draw inverts the cumulative distribution at one uniform number per row, so a row's token depends on its
/// own logits and random stream only.
/// </summary>
public static class TokenSampler
{
    /// <param name="logits">[batch, vocabulary], float32; left unchanged.</param>
    /// <param name="rows">One per row of <paramref name="logits"/>.</param>
    public static SampledTokens Sample(Tensor logits, IReadOnlyList<SamplingRow> rows)
    {
        using var scope = NewDisposeScope();
        Tensor penalised = Penalise(logits, rows);
        Tensor scaled = DivideByTemperature(penalised, rows);
        Tensor tokens = Draw(Truncate(scaled, rows), rows);
        if (rows.Any(r => r.Parameters.IsGreedy))
        {
            Tensor greedy = penalised.argmax(1, keepdim: true);
            tokens = rows.All(r => r.Parameters.IsGreedy) ? greedy : where(Column(rows, r => r.Parameters.IsGreedy, logits.device), greedy, tokens);
        }

        Tensor raw = logits.log_softmax(1);
        Tensor reported = ReferenceEquals(scaled, logits) ? raw : DivideByTemperature(logits, rows).log_softmax(1);
        float[] rawLogProbabilities = HostFloats(raw.gather(1, tokens));
        float[] logProbabilities = ReferenceEquals(reported, raw) ? [.. rawLogProbabilities] : HostFloats(reported.gather(1, tokens));
        return new SampledTokens(HostInts(tokens), logProbabilities, rawLogProbabilities, MostProbable(raw, rows));
    }

    /// <summary>Keskar et al., "CTRL" (arXiv:1909.05858), section 4.1.</summary>
    private static Tensor Penalise(Tensor logits, IReadOnlyList<SamplingRow> rows)
    {
        if (rows.All(r => r.Parameters.RepetitionPenalty == 1))
            return logits;
        Tensor result = logits.clone();
        for (int i = 0; i < rows.Count; i++)
        {
            double penalty = rows[i].Parameters.RepetitionPenalty;
            if (penalty == 1 || rows[i].Seen.Count == 0)
                continue;
            Tensor seen = tensor(rows[i].Seen.Distinct().Select(t => (long)t).ToArray(), device: logits.device);
            Tensor row = result[i];
            Tensor values = row.index_select(0, seen);
            row.index_copy_(0, seen, where(values > 0, values / penalty, values * penalty));
        }
        return result;
    }

    private static Tensor DivideByTemperature(Tensor logits, IReadOnlyList<SamplingRow> rows)
    {
        double first = Divisor(rows[0]);
        if (rows.All(r => Divisor(r) == first))
            return first == 1 ? logits : logits / first;
        return logits / Column(rows, r => (float)Divisor(r), logits.device);

        static double Divisor(SamplingRow row) => row.Parameters.IsGreedy ? 1 : row.Parameters.Temperature;
    }

    /// <summary>Sets to minus infinity what min-p, top-k and top-p leave out, in the rows that ask for it.</summary>
    private static Tensor Truncate(Tensor scaled, IReadOnlyList<SamplingRow> rows)
    {
        int[] chosen = [.. Enumerable.Range(0, rows.Count).Where(i => rows[i].Parameters.Truncates)];
        if (chosen.Length == 0)
            return scaled;
        Device device = scaled.device;
        long vocabulary = scaled.shape[1];
        SamplingParameters[] parameters = [.. chosen.Select(i => rows[i].Parameters)];
        Tensor index = tensor(chosen.Select(i => (long)i).ToArray(), device: device);
        Tensor values = scaled.index_select(0, index);

        if (parameters.Any(p => p.MinP > 0))
        {
            Tensor probabilities = values.softmax(1);
            Tensor least = probabilities.amax([1], keepdim: true) * Column(parameters, p => (float)p.MinP, device);
            values = values.masked_fill(probabilities < least, float.NegativeInfinity);
        }
        if (parameters.Any(p => p.TopK > 0 || p.TopP < 1))
        {
            // Ascending, so that what top-p drops is a prefix. Stable, so that equal logits keep their order everywhere.
            (Tensor sorted, Tensor order) = sort(values, 1, descending: false, stable: true);
            Tensor firstKept = Column(parameters, p => p.TopK > 0 ? Math.Max(0, vocabulary - p.TopK) : 0L, device);
            sorted = sorted.masked_fill(sorted < sorted.gather(1, firstKept), float.NegativeInfinity);
            Tensor dropped = sorted.softmax(1).cumsum(1) <= Column(parameters, p => (float)(1 - p.TopP), device);
            dropped[.., -1] = false; // the most probable token always stays
            sorted = sorted.masked_fill(dropped, float.NegativeInfinity);
            values = values.scatter(1, order, sorted);
        }
        return scaled.index_copy(0, index, values);
    }

    /// <summary>
    /// The first token whose cumulative probability is above a uniform number. Double precision: with a large
    /// vocabulary a float32 sum would lose the tail.
    /// </summary>
    private static Tensor Draw(Tensor scaled, IReadOnlyList<SamplingRow> rows)
    {
        Tensor cumulative = scaled.softmax(1).cumsum(1, ScalarType.Float64);
        Tensor uniform = Column(rows, r => CounterRandom.Uniform(r.Stream, r.Position), scaled.device);
        // uniform is at most 1 - 2^-53, so the product stays below the sum and the index inside the vocabulary.
        Tensor threshold = uniform * cumulative.narrow(1, scaled.shape[1] - 1, 1);
        return searchsorted(cumulative, threshold, right: true);
    }

    private static IReadOnlyList<TokenLogProbability>?[] MostProbable(Tensor raw, IReadOnlyList<SamplingRow> rows)
    {
        var result = new IReadOnlyList<TokenLogProbability>?[rows.Count];
        int most = rows.Max(r => r.Parameters.Logprobs ?? 0);
        if (most == 0)
            return result;
        most = (int)Math.Min(most, raw.shape[1]);
        (Tensor values, Tensor indices) = raw.topk(most, 1);
        float[] logProbabilities = HostFloats(values);
        int[] tokens = HostInts(indices);
        for (int i = 0; i < rows.Count; i++)
        {
            if (rows[i].Parameters.Logprobs is int count and > 0)
                result[i] = [.. Enumerable.Range(i * most, Math.Min(count, most)).Select(j => new TokenLogProbability(tokens[j], logProbabilities[j]))];
        }
        return result;
    }

    /// <summary>[rows, 1]</summary>
    private static Tensor Column<TRow, TValue>(IReadOnlyList<TRow> rows, Func<TRow, TValue> value, Device device)
        where TValue : unmanaged
    {
        var values = new TValue[rows.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = value(rows[i]);
        return from_array(values, device: device).unsqueeze(1);
    }

    private static float[] HostFloats(Tensor values) => values.cpu().data<float>().ToArray();

    private static int[] HostInts(Tensor values) => values.to(ScalarType.Int32).cpu().data<int>().ToArray();
}
