using Swift.Models.Config;
using Swift.Models.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace Swift.Models.Tests.Decoders;

public sealed class DecoderTests
{
    public static TheoryData<string> Models => TinyModels.Names;

    [Theory, MemberData(nameof(Models))]
    public void Logits_equal_those_of_a_naive_implementation(string model)
    {
        using var decoder = TinyModels.Create(TinyModels.ByName(model));
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var ids = TinyModels.Ids(11, decoder.Config.VocabSize, 5);

        var logits = TinyModels.Alone(decoder, ids).data<float>().ToArray();

        var expected = NaiveDecoder.Of(decoder).Logits(ids).SelectMany(row => row).ToArray();
        expected.Max(Math.Abs).ShouldBeGreaterThan(1);
        for (var i = 0; i < expected.Length; i++)
            ((double)logits[i]).ShouldBe(expected[i], 1e-4);
    }

    [Theory, MemberData(nameof(Models))]
    public void Packed_logits_equal_unpacked_ones(string model)
    {
        using var decoder = TinyModels.Create(TinyModels.ByName(model), type: ScalarType.Float64);
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        int[] lengths = [7, 1, 5];
        var samples = lengths.Select((length, i) => TinyModels.Ids(length, decoder.Config.VocabSize, i)).ToArray();
        const int padding = 3;
        var ids = TinyModels.Row([.. samples.SelectMany(sample => sample), .. new int[padding]]);
        var positions = TinyModels.Row([.. lengths.SelectMany(length => Enumerable.Range(0, length)), .. new int[padding]]);
        var segments = TinyModels.Row([.. lengths.SelectMany((length, i) => Enumerable.Repeat(i, length)), .. Enumerable.Repeat(-1, padding)]);

        using var attention = new PackedAttention(segments, ids.shape[1]);
        var packed = decoder.Forward(ids, positions, attention).squeeze(0);

        packed.isfinite().all().item<bool>().ShouldBeTrue();
        var start = 0;
        foreach (var sample in samples)
        {
            var alone = TinyModels.Alone(decoder, sample);
            TinyModels.LargestDifference(packed.narrow(0, start, sample.Length), alone).ShouldBeLessThan(1e-9);
            start += sample.Length;
        }
    }

    [Theory, MemberData(nameof(Models))]
    public void Gradients_of_a_packed_row_are_the_sum_of_its_samples(string model)
    {
        using var decoder = TinyModels.Create(TinyModels.ByName(model));
        decoder.RequireGradients(true);
        using var scope = NewDisposeScope();
        int[][] samples = [TinyModels.Ids(6, decoder.Config.VocabSize, 1), TinyModels.Ids(4, decoder.Config.VocabSize, 2)];
        foreach (var sample in samples)
            TinyModels.Alone(decoder, sample).square().sum().backward();
        var expected = decoder.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value.grad!.clone());
        foreach (var parameter in decoder.Parameters)
            parameter.Value.grad!.zero_();

        using var attention = new PackedAttention(TinyModels.Row([0, 0, 0, 0, 0, 0, 1, 1, 1, 1]), 10);
        decoder.Forward(TinyModels.Row(samples.SelectMany(s => s)), TinyModels.Row([0, 1, 2, 3, 4, 5, 0, 1, 2, 3]), attention)
            .square().sum().backward();

        foreach (var parameter in decoder.Parameters)
        {
            var scale = Math.Max(1, expected[parameter.Name].abs().max().item<float>());
            TinyModels.LargestDifference(parameter.Value.grad!, expected[parameter.Name]).ShouldBeLessThan(1e-4 * scale, parameter.Name);
        }
    }

    [Theory, MemberData(nameof(Models))]
    public void Gradients_agree_with_finite_differences(string model)
    {
        using var decoder = TinyModels.Create(TinyModels.ByName(model), type: ScalarType.Float64);
        decoder.RequireGradients(true);
        using var scope = NewDisposeScope();
        var ids = TinyModels.Ids(9, decoder.Config.VocabSize, 3);
        Loss().backward();
        foreach (var parameter in decoder.Parameters)
        {
            var gradient = parameter.Value.grad!.flatten();
            gradient.ne(0).any().item<bool>().ShouldBeTrue($"{parameter.Name} has no gradient");
            var element = gradient.abs().argmax().item<long>();
            var analytic = gradient[element].item<double>();
            double Shifted(double by)
            {
                using var grad = no_grad();
                using var value = parameter.Value.detach().flatten().narrow(0, element, 1);
                value.add_(by);
                var loss = Loss().item<double>();
                value.sub_(by);
                return loss;
            }
            var numeric = (Shifted(1e-5) - Shifted(-1e-5)) / 2e-5;
            numeric.ShouldBe(analytic, 1e-6 * Math.Max(1, Math.Abs(analytic)), parameter.Name);
        }

        Tensor Loss() => TinyModels.Alone(decoder, ids).tanh().mean().mul(100);
    }

    [Theory, MemberData(nameof(Models))]
    public void Cached_decoding_of_ragged_sequences_equals_the_full_forward(string model)
    {
        using var decoder = TinyModels.Create(TinyModels.ByName(model), type: ScalarType.Float64);
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        int[] prompts = [5, 2, 8];
        const int generated = 6;
        var samples = prompts.Select((length, i) => TinyModels.Ids(length + generated, decoder.Config.VocabSize, i)).ToArray();
        var expected = samples.Select(sample => TinyModels.Alone(decoder, sample)).ToArray();
        using var cache = new KeyValueCache(decoder.Config, slots: 4, capacity: 4, CPU, ScalarType.Float64);

        // Slot 0 stays empty; the last prompt comes in two chunks.
        Check([0, 0, 0], [5, 2, 4]);
        Check([5, 2, 4], [1, 1, 4]);
        for (var step = 1; step < generated; step++)
            Check([5 + step, 2 + step, 7 + step], [1, 1, 1]);

        void Check(int[] starts, int[] counts)
        {
            var width = counts.Max();
            var rows = samples.Select((sample, i) =>
                TinyModels.Row([.. sample.Skip(starts[i]).Take(counts[i]), .. new int[width - counts[i]]]));
            using var attention = new CachedAttention(cache, firstSlot: 1, starts, width);
            var logits = decoder.Forward(cat([.. rows], 0), attention.Positions, attention);
            for (var i = 0; i < samples.Length; i++)
            {
                TinyModels.LargestDifference(logits[i].narrow(0, 0, counts[i]), expected[i].narrow(0, starts[i], counts[i]))
                    .ShouldBeLessThan(1e-9, $"row {i} from {starts[i]}");
            }
        }
    }

    [Fact]
    public void A_copied_slot_continues_like_its_original()
    {
        using var decoder = TinyModels.Create(TinyModels.Llama);
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var ids = TinyModels.Ids(7, decoder.Config.VocabSize, 9);
        var expected = TinyModels.Alone(decoder, ids);
        using var cache = new KeyValueCache(decoder.Config, slots: 3, capacity: 16, CPU);
        using (var prefill = new CachedAttention(cache, 2, [0], 6))
            decoder.Forward(TinyModels.Row(ids[..6]), prefill.Positions, prefill);
        cache.Copy(from: 2, to: 0, length: 6);

        using var decode = new CachedAttention(cache, 0, [6], 1);
        var logits = decoder.Forward(TinyModels.Row(ids[6..]), decode.Positions, decode);

        TinyModels.LargestDifference(logits[0, 0], expected[6]).ShouldBeLessThan(1e-5);
    }

    [Fact]
    public void Keys_in_a_cache_keep_their_rotation_beyond_the_original_context()
    {
        foreach (var rope in new[]
        {
            new RopeConfig { Type = RopeType.Dynamic, Factor = 4, OriginalMaxPositionEmbeddings = 6 },
            new RopeConfig { Type = RopeType.Longrope, OriginalMaxPositionEmbeddings = 6, ShortFactors = [1, 1.1, 1.2, 1.3], LongFactors = [1, 2, 3, 4] },
        })
        {
            using var decoder = TinyModels.Create(TinyModels.Llama with { Rope = rope });
            using var scope = NewDisposeScope();
            using var grad = no_grad();
            var ids = TinyModels.Ids(12, decoder.Config.VocabSize, 9);
            var expected = TinyModels.Alone(decoder, ids);
            using var cache = new KeyValueCache(decoder.Config, slots: 1, capacity: 4, CPU);
            for (var i = 0; i < ids.Length; i++)
            {
                using var attention = new CachedAttention(cache, 0, [i], 1);
                var logits = decoder.Forward(TinyModels.Row([ids[i]]), attention.Positions, attention);
                TinyModels.LargestDifference(logits[0, 0], expected[i]).ShouldBeLessThan(1e-4, $"{rope.Type}, position {i}");
            }
        }
    }

    [Fact]
    public void Embeddings_may_come_from_elsewhere()
    {
        using var decoder = TinyModels.Create(TinyModels.Qwen3);
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var ids = TinyModels.Row(TinyModels.Ids(5, decoder.Config.VocabSize, 4));
        var positions = arange(5, ScalarType.Int64).unsqueeze(0);
        using var attention = new CausalAttention(5);

        var fromEmbeddings = decoder.HiddenOf(decoder.Embed(ids), positions, attention);

        TinyModels.LargestDifference(fromEmbeddings, decoder.Hidden(ids, positions, attention)).ShouldBe(0);
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights_and_another_seed_others()
    {
        using var first = TinyModels.Create(TinyModels.Qwen3, seed: 7);
        using var again = TinyModels.Create(TinyModels.Qwen3, seed: 7);
        using var other = TinyModels.Create(TinyModels.Qwen3, seed: 8);
        using var scope = NewDisposeScope();
        foreach (var (parameter, index) in first.Parameters.Select((parameter, index) => (parameter, index)))
        {
            TinyModels.LargestDifference(parameter.Value, again.Parameters[index].Value).ShouldBe(0);
            if (parameter.Kind == ParameterKind.Weight)
                TinyModels.LargestDifference(parameter.Value, other.Parameters[index].Value).ShouldBeGreaterThan(0);
        }
        var deviation = first.Parameters[0].Value.std().item<float>();
        ((double)deviation).ShouldBe(TinyModels.Qwen3.InitializerRange, 0.03);
    }
}
