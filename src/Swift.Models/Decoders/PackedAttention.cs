using static TorchSharp.torch;

namespace Swift.Models.Decoders;

/// <summary>
/// Several samples in one row, none of which sees another: causal inside a segment, nothing across.
/// Padding is a segment of its own.
/// </summary>
public sealed class PackedAttention : AttentionContext
{
    private readonly Tensor _segmentIds;
    private readonly Dictionary<int, Tensor> _masks = [];

    /// <param name="segmentIds">[rows, seq], integers: positions with the same number belong to one sample. Copied: the caller keeps its own.</param>
    /// <param name="positionLimit">Greater than every position id of the pass; the row length will do.</param>
    public PackedAttention(Tensor segmentIds, long positionLimit)
    {
        _segmentIds = segmentIds.alias().DetachFromDisposeScope();
        PositionLimit = positionLimit;
    }

    public override long PositionLimit { get; }

    public override Tensor Attend(AttentionLayer layer, Tensor query, Tensor key, Tensor value) =>
        AttendRows(layer, query, key, value, Mask(layer.SlidingWindow, query));

    public override void Dispose()
    {
        _segmentIds.Dispose();
        foreach (var mask in _masks.Values)
            mask.Dispose();
        base.Dispose();
    }

    private Tensor Mask(int? window, Tensor query)
    {
        var seq = query.shape[1];
        var span = (int)Math.Min(window ?? seq, seq);
        if (_masks.TryGetValue(span, out var mask))
            return mask;
        using var scope = NewDisposeScope();
        var visible = _segmentIds.unsqueeze(1).eq(_segmentIds.unsqueeze(2)).tril_().triu_(1 - span);
        return _masks[span] = Additive(visible, query.dtype).unsqueeze_(1).DetachFromDisposeScope();
    }
}
