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

    /// <summary>Softmax(cap(QKᵀ / √headDim) + mask) V of one layer.</summary>
    /// <param name="query">[batch, seq, heads, headDim], rotated.</param>
    /// <param name="key">[batch, seq, keyValueHeads, headDim], rotated.</param>
    /// <param name="value">[batch, seq, keyValueHeads, headDim].</param>
    /// <returns>[batch, seq, heads × headDim].</returns>
    public abstract Tensor Attend(AttentionLayer layer, Tensor query, Tensor key, Tensor value);

    public virtual void Dispose() => GC.SuppressFinalize(this);

    /// <summary>Attention of rows to themselves; key and value heads are repeated for the queries that share them.</summary>
    /// <param name="mask">[batch or 1, 1, seq, seq], added to the scores; null = causal, which a layer that caps its scores has no shortcut for.</param>
    private protected static Tensor AttendRows(AttentionLayer layer, Tensor query, Tensor key, Tensor value, Tensor? mask)
    {
        var group = query.shape[2] / key.shape[2];
        if (group > 1)
        {
            key = key.repeat_interleave(group, 2);
            value = value.repeat_interleave(group, 2);
        }
        return Mix(layer, query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2), mask, causal: mask is null)
            .transpose(1, 2).flatten(2);
    }

    /// <summary>Values mixed by their scores, [batch, heads, queries, headDim].</summary>
    /// <param name="query">[batch, heads, queries, headDim].</param>
    /// <param name="key">[batch, heads, keys, headDim].</param>
    /// <param name="value">[batch, heads, keys, headDim].</param>
    /// <param name="mask">Added to the scores; null = none.</param>
    private protected static Tensor Mix(AttentionLayer layer, Tensor query, Tensor key, Tensor value, Tensor? mask, bool causal = false)
    {
        if (layer.LogitSoftcapping is not { } cap)
            return nn.functional.scaled_dot_product_attention(query, key, value, mask, is_casual: causal);
        if (causal)
            throw new ArgumentException("Capped scores need their mask.", nameof(causal));
        var scores = matmul(query, key.transpose(2, 3)).div(Math.Sqrt(query.shape[3]) * cap).tanh().mul(cap);
        var weights = nn.functional.softmax(mask is null ? scores : scores.add(mask), 3);
        return matmul(weights, value);
    }

    /// <summary>0 where <paramref name="visible"/>, minus infinity elsewhere.</summary>
    private protected static Tensor Additive(Tensor visible, ScalarType type) =>
        zeros(visible.shape, type, visible.device).masked_fill_(visible.logical_not(), double.NegativeInfinity);
}

/// <summary>A layer as its attention sees it.</summary>
/// <param name="Index">0-based.</param>
/// <param name="SlidingWindow">Positions a query sees, itself included; null = all before it.</param>
/// <param name="LogitSoftcapping">Scores s become c · tanh(s / c) before the mask; null = they stay.</param>
public readonly record struct AttentionLayer(int Index, int? SlidingWindow, double? LogitSoftcapping = null);
