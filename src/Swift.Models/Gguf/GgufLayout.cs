using Swift.Models.Config;
using Swift.Models.Decoders;
using static TorchSharp.torch;

namespace Swift.Models.Gguf;

/// <summary>One tensor of a GGUF file and where its values are in a decoder.</summary>
/// <param name="View">The values in the decoder, without gradient.</param>
/// <param name="InterleavedHeads">Heads whose rows llama.cpp keeps in another order; null = the same order.</param>
/// <param name="Offset">llama.cpp's values are larger by it: it knows no norms of which the gain is 1 + the weight.</param>
internal sealed record GgufPlacement(string Name, Tensor View, int? InterleavedHeads, float Offset)
{
    public long[] Shape => View.shape;

    /// <summary>The values as llama.cpp has them; the caller owns the result.</summary>
    public Tensor Export()
    {
        using var scope = NewDisposeScope();
        var values = InterleavedHeads is { } heads ? RotaryOrder.Interleave(View, heads) : View.alias();
        return (Offset == 0 ? values : values.add(Offset)).MoveToOuterDisposeScope();
    }

    /// <summary>Takes over llama.cpp's values.</summary>
    public void Import(Tensor values)
    {
        using var scope = NewDisposeScope();
        if (InterleavedHeads is { } heads)
            values = RotaryOrder.Separate(values, heads);
        View.copy_(Offset == 0 ? values : values.sub(Offset));
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
        foreach (var parameter in decoder.Parameters)
        {
            var offset = parameter.Kind == ParameterKind.Norm && family.CentredNorms ? 1 : 0;
            foreach (var (name, view) in parameter.Views())
                placements.Add(new GgufPlacement(GgufNames.Of(family, name), view, InterleavedHeads(config, name), offset));
        }
        return placements;
    }

    private static int? InterleavedHeads(ModelConfig config, string name) => !config.Family.InterleavedInGguf ? null
        : name.Contains(".q_proj.", StringComparison.Ordinal) ? config.NumAttentionHeads
        : name.Contains(".k_proj.", StringComparison.Ordinal) ? config.NumKeyValueHeads
        : null;
}
