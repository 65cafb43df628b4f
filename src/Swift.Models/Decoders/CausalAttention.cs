using static TorchSharp.torch;

namespace Swift.Models.Decoders;

/// <summary>Every row is one sample from its first position on. Padding on the right needs no mask: nothing sees it.</summary>
/// <param name="positionLimit">Greater than every position id of the pass.</param>
public sealed class CausalAttention(long positionLimit) : AttentionContext
{
    private readonly Dictionary<int, Tensor> _masks = [];

    public override long PositionLimit => positionLimit;

    public override Tensor Attend(AttentionLayer layer, Tensor query, Tensor key, Tensor value) =>
        SelfAttention(query, key, value, layer.SlidingWindow is { } window && window < query.shape[1] ? Mask(window, query) : null);

    public override void Dispose()
    {
        foreach (var mask in _masks.Values)
            mask.Dispose();
        base.Dispose();
    }

    private Tensor Mask(int window, Tensor query)
    {
        if (_masks.TryGetValue(window, out var mask))
            return mask;
        using var scope = NewDisposeScope();
        var seq = query.shape[1];
        var visible = ones([seq, seq], ScalarType.Bool, query.device).tril_().triu_(1 - window);
        return _masks[window] = Additive(visible, query.dtype).unsqueeze_(0).unsqueeze_(0).DetachFromDisposeScope();
    }
}
