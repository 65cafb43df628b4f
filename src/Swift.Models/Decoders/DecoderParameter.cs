using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Swift.Models.Decoders;

/// <summary>
/// One trainable tensor. Query, key and value projections are one matrix here, gate and up another, because one big product is
/// faster than several small ones; <see cref="Parts"/> says which rows have which name on disk.
/// </summary>
/// <param name="Name">Stable: <c>model.layers.0.self_attn.qkv_proj.weight</c>. Optimiser state is kept under it.</param>
/// <param name="Parts">Hugging Face's names with their numbers of rows (size of dimension 0), from row 0 on; covers every row.</param>
/// <param name="Kind">Decides how it is initialised and whether weight decay applies.</param>
public sealed record DecoderParameter(
    string Name, Parameter Value, ParameterKind Kind, IReadOnlyList<ParameterPart> Parts)
{
    /// <summary>The tensors by Hugging Face's names: views on <see cref="Value"/>, without gradient. The caller owns the views.</summary>
    public IEnumerable<(string Name, Tensor View)> Views()
    {
        using var _ = no_grad();
        long row = 0;
        var views = new List<(string, Tensor)>(Parts.Count);
        foreach (var part in Parts)
        {
            views.Add((part.Name, Value.detach().narrow(0, row, part.Rows)));
            row += part.Rows;
        }
        return views;
    }
}

/// <summary>Rows of a <see cref="DecoderParameter"/> that have a name of their own on disk.</summary>
public sealed record ParameterPart(string Name, long Rows);

public enum ParameterKind
{
    /// <summary>A matrix: normally distributed at first, decayed.</summary>
    Weight,
    /// <summary>Zero at first, not decayed.</summary>
    Bias,
    /// <summary>The weight of a normalisation: its gain is one at first; not decayed.</summary>
    Norm,
}
