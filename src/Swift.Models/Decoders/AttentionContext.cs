using static TorchSharp.torch;

namespace Swift.Models.Decoders;

/// <summary>
/// Which positions see which: whole rows (<see cref="CausalAttention"/>), several samples in a row
/// (<see cref="PackedAttention"/>), or new positions and those in a cache (<see cref="CachedAttention"/>).
/// One context serves one forward pass through all layers.
/// </summary>
public abstract class AttentionContext : IDisposable
{
    /// <summary>Greater than every position id of the pass: how far the rotary table must reach.</summary>
    public abstract long PositionLimit { get; }

    /// <summary>Softmax(QKᵀ / √headDim + mask) V of one layer.</summary>
    /// <param name="query">[batch, seq, heads, headDim], rotated.</param>
    /// <param name="key">[batch, seq, keyValueHeads, headDim], rotated.</param>
    /// <param name="value">[batch, seq, keyValueHeads, headDim].</param>
    /// <returns>[batch, seq, heads × headDim].</returns>
    public abstract Tensor Attend(AttentionLayer layer, Tensor query, Tensor key, Tensor value);

    public virtual void Dispose() => GC.SuppressFinalize(this);

    /// <summary>Attention of rows to themselves; key and value heads are repeated for the queries that share them.</summary>
    /// <param name="mask">[batch or 1, 1, seq, seq], added to the scores; null = causal.</param>
    private protected static Tensor SelfAttention(Tensor query, Tensor key, Tensor value, Tensor? mask)
    {
        var group = query.shape[2] / key.shape[2];
        if (group > 1)
        {
            key = key.repeat_interleave(group, 2);
            value = value.repeat_interleave(group, 2);
        }
        return nn.functional.scaled_dot_product_attention(
                query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2), mask, is_casual: mask is null)
            .transpose(1, 2).flatten(2);
    }

    /// <summary>0 where <paramref name="visible"/>, minus infinity elsewhere.</summary>
    private protected static Tensor Additive(Tensor visible, ScalarType type) =>
        zeros(visible.shape, type, visible.device).masked_fill_(visible.logical_not(), double.NegativeInfinity);
}

/// <summary>A layer as its attention sees it.</summary>
/// <param name="Index">0-based.</param>
/// <param name="SlidingWindow">Positions a query sees, itself included; null = all before it.</param>
public readonly record struct AttentionLayer(int Index, int? SlidingWindow);
