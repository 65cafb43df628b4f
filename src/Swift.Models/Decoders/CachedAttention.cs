using static TorchSharp.torch;

namespace Swift.Models.Decoders;

/// <summary>
/// New positions of sequences whose earlier positions are in a <see cref="KeyValueCache"/>: prefill (from 0), a chunk of a
/// prompt, or decoding (one new position each). Row i continues the sequence in slot firstSlot + i, at a position of its own;
/// shorter rows are padded on the right, and what the padding leaves in the cache is overwritten by the positions that follow.
/// </summary>
public sealed class CachedAttention : AttentionContext
{
    private readonly KeyValueCache _cache;
    private readonly int _firstSlot;
    private readonly int _rows;
    private readonly int _newPositions;
    private readonly int _length;
    private readonly bool _fromStart;
    private readonly bool _sameLength;
    private readonly Tensor _cacheRows;
    private readonly Dictionary<int, Tensor> _masks = [];

    /// <param name="starts">One entry per row: how many positions of its sequence are in the cache.</param>
    /// <param name="newPositions">Length of the rows, padding included. The cache grows to hold them.</param>
    public CachedAttention(KeyValueCache cache, int firstSlot, ReadOnlySpan<int> starts, int newPositions)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstSlot);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstSlot + starts.Length, cache.Slots);
        (_cache, _firstSlot, _rows, _newPositions) = (cache, firstSlot, starts.Length, newPositions);
        var positions = new long[_rows * newPositions];
        var cacheRows = new long[positions.Length];
        var (first, last) = (int.MaxValue, 0);
        foreach (var start in starts)
            (first, last) = (Math.Min(first, start), Math.Max(last, start));
        _length = last + newPositions;
        _fromStart = last == 0;
        _sameLength = first == last;
        cache.EnsureCapacity(_length);
        for (var i = 0; i < positions.Length; i++)
        {
            positions[i] = starts[i / newPositions] + i % newPositions;
            cacheRows[i] = (long)(firstSlot + i / newPositions) * cache.Capacity + positions[i];
        }
        var device = cache.Keys(0).device;
        Positions = tensor(positions, _rows, newPositions, device: device).DetachFromDisposeScope();
        _cacheRows = tensor(cacheRows, device: device).DetachFromDisposeScope();
    }

    /// <summary>Position of every new element in its sequence, [rows, newPositions]: also the position ids where positions are counted one by one (text).</summary>
    public Tensor Positions { get; }

    public override long PositionLimit => _length;

    public override Tensor Attend(AttentionLayer layer, Tensor query, Tensor key, Tensor value)
    {
        var keys = _cache.Keys(layer.Index);
        var values = _cache.Values(layer.Index);
        keys.flatten(0, 1).index_copy_(0, _cacheRows, key.flatten(0, 1));
        values.flatten(0, 1).index_copy_(0, _cacheRows, value.flatten(0, 1));
        if (_fromStart && layer.LogitSoftcapping is null && (layer.SlidingWindow ?? int.MaxValue) >= _newPositions)
            return AttendRows(layer, query, key, value, mask: null);

        // The queries that share a key head become rows of its score matrix: no key is copied.
        var (heads, keyHeads, headDim) = (query.shape[2], key.shape[2], query.shape[3]);
        var group = heads / keyHeads;
        var grouped = _newPositions == 1 || group == 1
            ? query.view(_rows, _newPositions, keyHeads, group, headDim).squeeze(group == 1 ? 3 : 1)
            : query.view(_rows, _newPositions, keyHeads, group, headDim).permute(0, 2, 3, 1, 4).flatten(2, 3);
        if (group == 1)
            grouped = grouped.transpose(1, 2);
        var attended = Mix(layer, grouped, Cached(keys), Cached(values), Mask(layer.SlidingWindow, group, query.dtype));
        if (group == 1)
            return attended.transpose(1, 2).flatten(2);
        return _newPositions == 1
            ? attended.reshape(_rows, 1, heads * headDim)
            : attended.view(_rows, keyHeads, group, _newPositions, headDim).permute(0, 3, 1, 2, 4).flatten(2);
    }

    public override void Dispose()
    {
        Positions.Dispose();
        _cacheRows.Dispose();
        foreach (var mask in _masks.Values)
            mask.Dispose();
        base.Dispose();
    }

    /// <summary>[rows, keyValueHeads, length, headDim], a view.</summary>
    private Tensor Cached(Tensor tensor) =>
        tensor.narrow(0, _firstSlot, _rows).narrow(1, 0, _length).transpose(1, 2);

    /// <summary>[rows, 1, group × newPositions, length], or null where every query sees all that is cached.</summary>
    private Tensor? Mask(int? window, long group, ScalarType type)
    {
        var span = Math.Min(window ?? _length, _length);
        if (_newPositions == 1 && _sameLength && span == _length)
            return null;
        if (_masks.TryGetValue(span, out var mask))
            return mask;
        using var scope = NewDisposeScope();
        var keyPositions = arange(_length, ScalarType.Int64, Positions.device);
        var queryPositions = Positions.unsqueeze(2);
        var visible = keyPositions.le(queryPositions);
        if (span < _length)
            visible = visible.logical_and(keyPositions.gt(queryPositions - span));
        var additive = Additive(visible, type).unsqueeze_(1);
        if (group > 1 && _newPositions > 1)
            additive = additive.repeat(1, 1, group, 1);
        return _masks[span] = additive.DetachFromDisposeScope();
    }
}
