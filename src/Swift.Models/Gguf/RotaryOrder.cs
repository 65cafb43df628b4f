using static TorchSharp.torch;

namespace Swift.Models.Gguf;

/// <summary>
/// Order of the rows of query and key projections. Hugging Face rotates element i with i + headDim / 2, llama.cpp's
/// architecture <c>llama</c> rotates neighbours 2i and 2i + 1; the rows of each head are reordered so that both mean the same.
/// </summary>
internal static class RotaryOrder
{
    /// <summary>Halves to neighbours.</summary>
    /// <param name="rows">[heads × headDim, ..]; the result is a new tensor of the same shape.</param>
    public static Tensor Interleave(Tensor rows, int heads) => Swap(rows, heads, 2, rows.shape[0] / heads / 2);

    /// <summary>Neighbours to halves.</summary>
    /// <inheritdoc cref="Interleave" path="/param"/>
    public static Tensor Separate(Tensor rows, int heads) => Swap(rows, heads, rows.shape[0] / heads / 2, 2);

    private static Tensor Swap(Tensor rows, int heads, long outer, long inner)
    {
        using var scope = NewDisposeScope();
        return rows.reshape(heads, outer, inner, -1).transpose(1, 2).reshape(rows.shape).contiguous().MoveToOuterDisposeScope();
    }
}
