using Swift.Data.Encodings;
using Swift.Models;
using Swift.Models.Decoders;
using Swift.Training.Supervised;
using TorchSharp;

namespace Swift.Training.Tests.Supervised;

public sealed class SupervisedStepTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CausalLanguageModel _model;

    public SupervisedStepTests() => _model = CausalLanguageModel.Load(SmallModel.Write(_folder).Model, torch.CPU);

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    private static EncodedSample Sample(int length, int firstLearned) => new(
        Enumerable.Range(0, length).Select(i => (i * 31 + length * 7) % 290).ToArray(), Enumerable.Range(0, length).Select(i => i >= firstLearned).ToArray());

    private (double Loss, float[] Gradient) Gradient(params EncodedSample[][][] microBatches)
    {
        var decoder = _model.Decoder;
        decoder.RequireGradients(true);
        foreach (var parameter in decoder.Parameters)
            parameter.Value.grad = null;
        var (loss, _, tokens) = SupervisedStep.Backward(decoder, microBatches);
        tokens.ShouldBe(microBatches.SelectMany(rows => rows).SelectMany(row => row).Sum(sample => sample.Ids.Length));
        return (loss, decoder.Parameters.SelectMany(p => p.Value.grad!.data<float>().ToArray()).ToArray());
    }

    private static void ShouldBeClose((double Loss, float[] Gradient) actual, (double Loss, float[] Gradient) expected)
    {
        actual.Loss.ShouldBe(expected.Loss, 1e-5);
        actual.Gradient.Zip(expected.Gradient).Max(pair => Math.Abs(pair.First - pair.Second)).ShouldBeLessThan(1e-5f);
    }

    [Fact]
    public void Packing_padding_and_accumulation_give_the_same_gradient()
    {
        EncodedSample a = Sample(9, 4), b = Sample(14, 10), c = Sample(5, 0);
        var padded = Gradient([[a], [b], [c]]);
        padded.Gradient.ShouldContain(value => Math.Abs(value) > 1e-3f);
        ShouldBeClose(Gradient([[a, b, c]]), padded);
        ShouldBeClose(Gradient([[c, a], [b]]), padded);
        ShouldBeClose(Gradient([[a], [b]], [[c]]), padded);
    }

    [Fact]
    public void The_loss_is_the_mean_over_learned_tokens()
    {
        using var scope = torch.NewDisposeScope();
        var sample = Sample(12, 7);
        var loss = Gradient([[sample]]).Loss;
        using var attention = new CausalAttention(12);
        var ids = torch.tensor(sample.Ids.Select(id => (long)id).ToArray(), 1, 12);
        var logits = _model.Decoder.Forward(ids, torch.arange(12, torch.ScalarType.Int64).unsqueeze(0), attention);
        var logProbs = torch.nn.functional.log_softmax(logits[0], 1);
        var expected = -Enumerable.Range(7, 5).Average(i => logProbs[i - 1, sample.Ids[i]].item<float>());
        loss.ShouldBe(expected, 1e-5);
    }

    [Fact]
    public void Weighted_tokens_count_by_their_weight()
    {
        // Loss and gradient are linear in the weights.
        EncodedSample a = Sample(9, 4), b = Sample(14, 10);
        float[] weights = [.. a.Learned.Select((learned, i) => learned ? 0.5f * i : 0)];
        var (loss, gradient) = Gradient([[a with { LossScale = weights }, b]]);
        var (expectedLoss, expected) = Gradient([[b]]);
        var labels = a.LabelCount + b.LabelCount;
        expectedLoss *= (double)b.LabelCount / labels;
        expected = [.. expected.Select(value => value * b.LabelCount / labels)];
        for (var i = 4; i < 9; i++)
        {
            var (one, oneGradient) = Gradient([[new EncodedSample(a.Ids, [.. Enumerable.Range(0, 9).Select(j => j == i)])]]);
            expectedLoss += one * weights[i] / labels;
            expected = [.. expected.Zip(oneGradient, (sum, value) => sum + (value * weights[i] / labels))];
        }

        ShouldBeClose((loss, gradient), (expectedLoss, expected));
    }

    [Fact]
    public void The_loss_of_the_routers_adds_its_gradient_with_its_weight()
    {
        var config = _model.Config with
        {
            ModelType = "mixtral", NumExperts = 4, NumExpertsPerTok = 2, MoeIntermediateSize = 16, NormTopkProb = true,
            InitializerRange = 0.2, TieWordEmbeddings = true, QueryKeyValueBias = false,
        };
        using var decoder = new Decoder(config, torch.CPU);
        DecoderInitialization.Initialize(decoder, 3);
        decoder.RequireGradients(true);
        EncodedSample[][][] step = [[[Sample(9, 4)], [Sample(6, 2)]], [[Sample(12, 5)]]];

        var (plain, without) = Run(0);
        var (weighted, with) = Run(0.5);
        var (_, doubly) = Run(1);

        plain.RouterLoss.ShouldBeNull();
        weighted.RouterLoss!.Value.ShouldBeInRange(1.8, 4);
        weighted.Loss.ShouldBe(plain.Loss, 1e-6);
        for (var i = 0; i < without.Length; i++)
            (doubly[i] - without[i]).ShouldBe(2 * (with[i] - without[i]), 1e-5f);
        with.Zip(without).Max(pair => Math.Abs(pair.First - pair.Second)).ShouldBeGreaterThan(1e-3f);

        (SupervisedStepLoss Loss, float[] Gradient) Run(double weight)
        {
            foreach (var parameter in decoder.Parameters)
                parameter.Value.grad = null;
            var loss = SupervisedStep.Backward(decoder, step, weight);
            return (loss, decoder.Parameters.SelectMany(p => p.Value.grad!.data<float>().ToArray()).ToArray());
        }
    }

    [Fact]
    public void Steps_leave_no_tensor_behind()
    {
        Gradient([[Sample(9, 4)], [Sample(6, 2)]]);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        SupervisedStep.Backward(_model.Decoder, [[[Sample(9, 4)], [Sample(6, 2)]]]);
        SupervisedStep.Backward(_model.Decoder, [[[Sample(9, 4), Sample(6, 2)]]]);
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.ShouldBe(before);
    }
}
