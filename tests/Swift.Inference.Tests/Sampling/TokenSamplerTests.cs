using Swift.Inference.Sampling;
using Swift.Models.Native;
using static TorchSharp.torch;

namespace Swift.Inference.Tests.Sampling;

public sealed class TokenSamplerTests
{
    private static readonly float[] Logits = [1.5f, -0.5f, 3f, 0.25f, 2.5f, -2f, 0f, 1f];

    public TokenSamplerTests() => TorchLibrary.Load();

    [Fact]
    public void Greedy_rows_take_the_largest_logit_beside_rows_that_draw()
    {
        var sampled = Sample(2, i => new SamplingParameters { Temperature = i });
        sampled.Tokens[0].ShouldBe(2);
    }

    [Theory]
    [InlineData(1.0, 0, 1.0, 0.0)]
    [InlineData(0.5, 0, 1.0, 0.0)]
    [InlineData(1.0, 3, 1.0, 0.0)]
    [InlineData(1.0, 100, 1.0, 0.0)]
    [InlineData(1.0, 0, 0.7, 0.0)]
    [InlineData(2.0, 0, 1.0, 0.2)]
    [InlineData(1.5, 5, 0.8, 0.05)]
    public void Draws_follow_the_distribution_that_is_left(double temperature, int topK, double topP, double minP)
    {
        const int Count = 8000;
        var parameters = new SamplingParameters { Temperature = temperature, TopK = topK, TopP = topP, MinP = minP, Seed = 3 };
        var expected = Expected(temperature, topK, topP, minP);
        var sampled = Sample(Count, _ => parameters);

        for (var token = 0; token < Logits.Length; token++)
        {
            var frequency = sampled.Tokens.Count(t => t == token) / (double)Count;
            if (expected[token] == 0)
                frequency.ShouldBe(0);
            frequency.ShouldBe(expected[token], 4.5 * Math.Sqrt(expected[token] * (1 - expected[token]) / Count));
        }
    }

    [Fact]
    public void A_draw_does_not_depend_on_the_rest_of_the_batch()
    {
        SamplingParameters Parameters(int i) => new()
        {
            Temperature = 0.5 + (i % 3),
            TopK = i % 2 == 0 ? 4 : 0,
            TopP = i % 5 == 0 ? 0.9 : 1,
            MinP = i % 7 == 0 ? 0.1 : 0,
            Seed = 11,
        };
        var together = Sample(40, Parameters);
        for (var i = 0; i < 40; i++)
        {
            using var logits = tensor(Logits, 1, Logits.Length);
            var alone = TokenSampler.Sample(logits, [new SamplingRow(Parameters(i), CounterRandom.Stream(11, (ulong)i), 0, [])]);
            alone.Tokens[0].ShouldBe(together.Tokens[i]);
            alone.LogProbabilities[0].ShouldBe(together.LogProbabilities[i]);
        }
    }

    [Fact]
    public void Reported_log_probabilities_are_those_of_the_raw_and_of_the_divided_logits_whatever_is_left_out()
    {
        var sampled = Sample(20, _ => new SamplingParameters { Temperature = 0.6, TopK = 2, RepetitionPenalty = 1.3, Logprobs = 3 });
        var raw = SmallModel.LogSoftmax(Logits);
        var divided = SmallModel.LogSoftmax(Logits, 0.6);
        for (var i = 0; i < 20; i++)
        {
            ((double)sampled.RawLogProbabilities[i]).ShouldBe(raw[sampled.Tokens[i]], 1e-6);
            ((double)sampled.LogProbabilities[i]).ShouldBe(divided[sampled.Tokens[i]], 1e-6);
            sampled.Top[i]!.Select(t => t.Token).ShouldBe([2, 4, 0]);
            sampled.Top[i]!.ShouldAllBe(t => Math.Abs(t.LogProbability - raw[t.Token]) < 1e-6);
        }
    }

    [Fact]
    public void The_repetition_penalty_lowers_what_was_seen_and_nothing_else()
    {
        using var logits = tensor(Logits, 1, Logits.Length);
        var parameters = new SamplingParameters { Temperature = 0, RepetitionPenalty = 2 };
        TokenSampler.Sample(logits, [new SamplingRow(parameters, 0, 0, [2, 5])]).Tokens[0].ShouldBe(4); // 3 / 2 < 2.5
        TokenSampler.Sample(logits, [new SamplingRow(parameters, 0, 0, [4])]).Tokens[0].ShouldBe(2);
        logits.data<float>().ToArray().ShouldBe(Logits);
    }

    [Fact]
    public void Bad_parameters_are_all_named()
    {
        var bad = new SamplingParameters { Temperature = -1, TopK = -2, TopP = 0, MinP = 2, RepetitionPenalty = 0, MaxNewTokens = 0, Stop = [""], Logprobs = 99 };
        bad.Problems().Select(p => p.Parameter).ShouldBe(
            ["temperature", "top_k", "top_p", "min_p", "repetition_penalty", "max_new_tokens", "stop", "logprobs"]);
        new SamplingParameters().Problems().ShouldBeEmpty();
    }

    private static SampledTokens Sample(int rows, Func<int, SamplingParameters> parameters)
    {
        using var scope = NewDisposeScope();
        var logits = tensor(Logits).expand(rows, Logits.Length).contiguous();
        return TokenSampler.Sample(logits, [.. Enumerable.Range(0, rows).Select(i =>
            new SamplingRow(parameters(i), CounterRandom.Stream(parameters(i).Seed, (ulong)i), 0, []))]);
    }

    /// <summary>Min-p, then top-k, then top-p, each on what is left, by their definitions.</summary>
    private static double[] Expected(double temperature, int topK, double topP, double minP)
    {
        var p = SmallModel.LogSoftmax(Logits, temperature).Select(Math.Exp).ToArray();
        var kept = p.Select(x => x >= minP * p.Max()).ToArray();
        var order = Enumerable.Range(0, p.Length).Where(i => kept[i]).OrderByDescending(i => p[i]).ToArray();
        if (topK > 0)
            order = [.. order.Take(topK)];
        var sum = order.Sum(i => p[i]);
        var before = 0.0;
        var nucleus = new List<int>();
        foreach (var i in order)
        {
            if (nucleus.Count > 0 && before >= topP)
                break;
            nucleus.Add(i);
            before += p[i] / sum;
        }
        var total = nucleus.Sum(i => p[i]);
        return [.. Enumerable.Range(0, p.Length).Select(i => nucleus.Contains(i) ? p[i] / total : 0)];
    }
}
