using static TorchSharp.torch;

namespace Swift.Models.Decoders;

/// <summary>Every row is one sample from its first position on. Padding on the right needs no mask: nothing sees it.</summary>
/// <param name="positionLimit">Greater than every position id of the pass.</param>
public sealed class CausalAttention(long positionLimit) : AttentionContext
{
    private readonly Dictionary<int, Tensor> _masks = [];

    public override long PositionLimit => positionLimit;

    public override Tensor Attend(AttentionLayer layer, Tensor query, Tensor key, Tensor value) =>
        AttendRows(layer, query, key, value, Mask(layer, query));

    public override void Dispose()
    {
        foreach (var mask in _masks.Values)
            mask.Dispose();
        base.Dispose();
    }

    private Tensor? Mask(AttentionLayer layer, Tensor query)
    {
        var seq = query.shape[1];
        var span = (int)Math.Min(layer.SlidingWindow ?? seq, seq);
        if (span == seq && layer.LogitSoftcapping is null)
            return null;
        if (_masks.TryGetValue(span, out var mask))
            return mask;
        using var scope = NewDisposeScope();
        var visible = ones([seq, seq], ScalarType.Bool, query.device).tril_().triu_(1 - span);
        return _masks[span] = Additive(visible, query.dtype).unsqueeze_(0).unsqueeze_(0).DetachFromDisposeScope();
    }
}
