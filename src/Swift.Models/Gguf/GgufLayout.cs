using Swift.Models.Config;
using Swift.Models.Decoders;
using static TorchSharp.torch;

namespace Swift.Models.Gguf;

/// <summary>One tensor of a GGUF file and where its values are in a decoder.</summary>
/// <param name="Views">The values in the decoder, without gradient: one tensor, or those of all experts.</param>
/// <param name="Stacked">The views are stacked along a new dimension.</param>
/// <param name="InterleavedHeads">Heads whose rows llama.cpp keeps in another order; null = the same order.</param>
/// <param name="Offset">llama.cpp's values are larger by it: it knows no norms of which the gain is 1 + the weight.</param>
internal sealed record GgufPlacement(string Name, IReadOnlyList<Tensor> Views, bool Stacked, int? InterleavedHeads, float Offset)
{
    public long[] Shape => Stacked ? [Views.Count, .. Views[0].shape] : Views[0].shape;

    /// <summary>The values as llama.cpp has them; the caller owns the result.</summary>
    public Tensor Export()
    {
        using var scope = NewDisposeScope();
        var values = Stacked ? stack(Views, 0)
            : InterleavedHeads is { } heads ? RotaryOrder.Interleave(Views[0], heads)
            : Views[0].alias();
        return (Offset == 0 ? values : values.add(Offset)).MoveToOuterDisposeScope();
    }

    /// <summary>Takes over llama.cpp's values.</summary>
    public void Import(Tensor values)
    {
        using var scope = NewDisposeScope();
        if (InterleavedHeads is { } heads)
            values = RotaryOrder.Separate(values, heads);
        if (Offset != 0)
            values = values.sub(Offset);
        foreach (var (view, part) in Stacked ? Views.Zip(values.unbind(0)) : [(Views[0], values)])
            view.copy_(part);
    }
}

/// <summary>Which tensors a decoder has in a GGUF file.</summary>
internal static class GgufLayout
{
    /// <summary>In the order of the decoder's parameters. The views are owned by the caller's dispose scope.</summary>
    public static IReadOnlyList<GgufPlacement> Of(Decoder decoder)
    {
        var (config, family) = (decoder.Config, decoder.Config.Family);
        var placements = new List<GgufPlacement>();
        var stacks = new Dictionary<string, List<Tensor>>(StringComparer.Ordinal);
        foreach (var parameter in decoder.Parameters)
        {
            var offset = parameter.Kind == ParameterKind.Norm && family.CentredNorms ? 1 : 0;
            foreach (var (name, view) in parameter.Views())
            {
                if (GgufNames.OfStack(family, name) is not { } stack)
                    placements.Add(new GgufPlacement(GgufNames.Of(family, name), [view], Stacked: false, InterleavedHeads(config, name), offset));
                else if (stacks.TryGetValue(stack, out var views))
                    views.Add(view);
                else
                    placements.Add(new GgufPlacement(stack, stacks[stack] = [view], Stacked: true, InterleavedHeads: null, offset));
            }
        }
        return placements;
    }

    private static int? InterleavedHeads(ModelConfig config, string name) => !config.Family.InterleavedInGguf ? null
        : name.Contains(".q_proj.", StringComparison.Ordinal) ? config.NumAttentionHeads
        : name.Contains(".k_proj.", StringComparison.Ordinal) ? config.NumKeyValueHeads
        : null;
}
