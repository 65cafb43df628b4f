using Swift.Models.Config;
using Swift.Models.Decoders;
using Swift.Models.Heads;
using Swift.Models.Native;
using Swift.Training.Heads;
using TorchSharp;
using static TorchSharp.torch;

namespace Swift.Training.Tests.Heads;

public sealed class SequenceLossTests
{
    private const double Step = 1e-5;

    static SequenceLossTests() => TorchLibrary.Load();

    /// <summary>PyTorch's values are those that tests/pytorch/sequence_losses.py prints.</summary>
    [Fact]
    public void The_losses_are_PyTorchs()
    {
        using var scope = NewDisposeScope();
        Tensor chosen = tensor((double[])[1.5, -0.3, 0.2]), rejected = tensor((double[])[0.7, 0.1, -2.0]), margin = tensor((double[])[0.0, 0.5, 1.0]);
        var scores = tensor(new double[,] { { 0.2, -1.3, 2.0 }, { 1.1, 0.4, -0.6 } });
        var queries = nn.functional.normalize(tensor(new double[,] { { 1.0, 2.0 }, { -1.0, 0.5 }, { 0.3, -0.2 } }), dim: 1);
        var positives = nn.functional.normalize(tensor(new double[,] { { 0.9, 2.2 }, { -1.0, 0.1 }, { 0.1, 0.2 } }), dim: 1);

        SequenceLoss.BradleyTerry(chosen, rejected).item<double>().ShouldBe(0.4630664127054754, 1e-12);
        SequenceLoss.BradleyTerry(chosen, rejected, margin, 0.01).item<double>().ShouldBe(0.6522456693392988, 1e-12);
        SequenceLoss.SingleLabel(scores, tensor((long[])[2, 0])).item<double>().ShouldBe(0.35124838119309176, 1e-12);
        SequenceLoss.MultiLabel(scores, tensor(new double[,] { { 1, 0, 1 }, { 0, 1, 0 } })).item<double>().ShouldBe(0.550652310376471, 1e-12);
        SequenceLoss.Regression(scores, scores.mul(0).add(0.5)).item<double>().ShouldBe(1.1933333333333336, 1e-12);
        SequenceLoss.InfoNce(queries, positives, 0.1).item<double>().ShouldBe(0.3656950473105481, 1e-12);
    }

    [Theory]
    [InlineData("reward")]
    [InlineData("classification")]
    [InlineData("embedding")]
    public void Gradients_through_the_whole_model_are_the_slopes(string task)
    {
        using var scope = NewDisposeScope();
        using var decoder = new Decoder(Config(task), CPU, ScalarType.Float64);
        DecoderInitialization.Initialize(decoder, 3);
        decoder.RequireGradients(true);
        var names = new[] { "model.embed_tokens.weight", "model.layers.0.self_attn.qkv_proj.weight", "model.layers.1.mlp.down_proj.weight", "model.norm.weight", "score.weight" };
        Loss(decoder, task).backward();
        var checkedParameters = 0;
        foreach (var parameter in decoder.Parameters.Where(parameter => names.Contains(parameter.Name)))
        {
            var gradient = parameter.Value.grad!.flatten();
            var flat = parameter.Value.detach().view(-1);
            foreach (var index in (long[])[0, flat.numel() / 3, flat.numel() - 1])
            {
                var slope = (At(index, Step) - At(index, -Step)) / (2 * Step);
                gradient[index].item<double>().ShouldBe(slope, 1e-7 + 1e-5 * Math.Abs(slope), $"{parameter.Name}[{index}]");
            }
            checkedParameters++;

            double At(long index, double change)
            {
                using var grad = no_grad();
                var before = flat[index].item<double>();
                flat[index].fill_(before + change);
                var loss = Loss(decoder, task).item<double>();
                flat[index].fill_(before);
                return loss;
            }
        }
        checkedParameters.ShouldBe(task == "embedding" ? 4 : 5);
    }

    [Fact]
    public void A_reward_model_learns_which_of_two_texts_is_better()
    {
        using var scope = NewDisposeScope();
        using var decoder = new Decoder(Config("reward"), CPU, ScalarType.Float64);
        DecoderInitialization.Initialize(decoder, 3);
        decoder.RequireGradients(true);
        using var optimizer = optim.AdamW(decoder.Parameters.Select(parameter => parameter.Value), 0.01);
        var first = 0.0;
        for (var step = 0; step < 30; step++)
        {
            optimizer.zero_grad();
            var loss = Loss(decoder, "reward");
            if (step == 0) first = loss.item<double>();
            loss.backward();
            optimizer.step();
        }
        Loss(decoder, "reward").item<double>().ShouldBeLessThan(first / 10);
    }

    private static ModelConfig Config(string task) => new()
    {
        ModelType = "llama", VocabSize = 20, HiddenSize = 12, IntermediateSize = 16, NumHiddenLayers = 2, NumAttentionHeads = 3, NumKeyValueHeads = 1, HeadDim = 4,
        MaxPositionEmbeddings = 16, InitializerRange = 0.5,
        Head = task == "embedding" ? HeadKind.Embedding : HeadKind.SequenceClassification,
        Labels = task switch { "reward" => ["reward"], "classification" => ["a", "b", "c"], _ => [] },
    };

    /// <summary>Four texts of different lengths: two pairs, or four with labels.</summary>
    private static Tensor Loss(Decoder decoder, string task)
    {
        var ids = tensor(new long[,] { { 1, 2, 3, 4, 0 }, { 5, 6, 0, 0, 0 }, { 7, 8, 9, 10, 11 }, { 12, 13, 14, 0, 0 } });
        var lengths = tensor((long[])[4, 2, 5, 3]);
        using var attention = new CausalAttention(ids.shape[1]);
        var hidden = decoder.Hidden(ids, arange(5, ScalarType.Int64).unsqueeze(0).expand(4, -1), attention);
        if (task == "embedding")
        {
            var vectors = new Pooling(PoolingKind.Mean).Apply(hidden, lengths);
            return SequenceLoss.InfoNce(vectors.narrow(0, 0, 2), vectors.narrow(0, 2, 2), 0.5);
        }
        var scores = decoder.Score!.Scores(Pooling.LastToken(hidden, lengths));
        return task == "reward"
            ? SequenceLoss.BradleyTerry(scores.narrow(0, 0, 2).squeeze(1), scores.narrow(0, 2, 2).squeeze(1), centreCoefficient: 0.01)
            : SequenceLoss.SingleLabel(scores, tensor((long[])[0, 2, 1, 2]));
    }
}
