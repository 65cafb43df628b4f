using Swift.Models.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace Swift.Models.Tests.Decoders;

/// <summary>The count is the process's, so nothing else may run beside.</summary>
[Collection(nameof(LiveTensorTests))]
[CollectionDefinition(nameof(LiveTensorTests), DisableParallelization = true)]
public sealed class LiveTensorTests
{
    [Fact]
    public void The_number_of_live_tensors_does_not_grow_over_steps()
    {
        using var decoder = TinyModels.Create(TinyModels.Sliding);
        decoder.RequireGradients(true);
        using var cache = new KeyValueCache(decoder.Config, slots: 2, capacity: 64, CPU);
        Step(0);
        var before = Tensor.TotalCount;
        for (var i = 1; i < 4; i++)
            Step(i);
        Tensor.TotalCount.ShouldBe(before);

        void Step(int step)
        {
            using var scope = NewDisposeScope();
            var ids = TinyModels.Row(TinyModels.Ids(8, decoder.Config.VocabSize, step));
            using (var packed = new PackedAttention(TinyModels.Row([0, 0, 0, 1, 1, 1, 1, 1]), 8))
                decoder.Forward(ids, TinyModels.Row([0, 1, 2, 0, 1, 2, 3, 4]), packed).sum().backward();
            foreach (var parameter in decoder.Parameters)
                parameter.Value.grad = null;
            using var grad = no_grad();
            using var cached = new CachedAttention(cache, 0, [step, 2 * step], 4);
            decoder.Forward(cat([ids, ids], 0).narrow(1, 0, 4), cached.Positions, cached);
        }
    }
}
