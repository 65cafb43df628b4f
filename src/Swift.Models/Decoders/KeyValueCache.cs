using Swift.Models.Config;
using static TorchSharp.torch;

namespace Swift.Models.Decoders;

/// <summary>
/// Rotated keys and values of the positions that sequences have gone through, one slot per sequence.
/// Position p of slot s lies at [s, p]; what lies beyond a sequence's length is never seen and overwritten later, so that
/// slots need no clearing. Memory grows with the longest sequence.
/// </summary>
public sealed class KeyValueCache : IDisposable
{
    private readonly ModelConfig _config;
    private readonly Device _device;
    private readonly ScalarType _type;
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;

    /// <param name="slots">Sequences held at once.</param>
    /// <param name="capacity">Positions per slot at first.</param>
    public KeyValueCache(ModelConfig config, int slots, int capacity, Device device, ScalarType type = ScalarType.Float32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (_config, _device, _type, Slots, Capacity) = (config, device, type, slots, capacity);
        _keys = new Tensor[config.NumHiddenLayers];
        _values = new Tensor[config.NumHiddenLayers];
        for (var layer = 0; layer < config.NumHiddenLayers; layer++)
            (_keys[layer], _values[layer]) = (Allocate(capacity), Allocate(capacity));
    }

    public int Slots { get; }

    /// <summary>Positions per slot.</summary>
    public int Capacity { get; private set; }

    /// <summary>Keys of a layer, [slots, capacity, keyValueHeads, headDim]. Owned by the cache.</summary>
    public Tensor Keys(int layer) => _keys[layer];

    /// <summary>Values of a layer, [slots, capacity, keyValueHeads, headDim]. Owned by the cache.</summary>
    public Tensor Values(int layer) => _values[layer];

    /// <summary>Makes room for at least so many positions per slot; what is there stays.</summary>
    public void EnsureCapacity(int positions)
    {
        if (positions <= Capacity)
            return;
        var capacity = Math.Max(positions, 2 * Capacity);
        foreach (var tensors in new[] { _keys, _values })
        {
            for (var layer = 0; layer < tensors.Length; layer++)
            {
                using var scope = NewDisposeScope();
                var grown = Allocate(capacity);
                grown.narrow(1, 0, Capacity).copy_(tensors[layer]);
                tensors[layer].Dispose();
                tensors[layer] = grown;
            }
        }
        Capacity = capacity;
    }

    /// <summary>Copies the first <paramref name="length"/> positions of one slot over another: closes the gap a finished sequence leaves, or shares a prompt.</summary>
    public void Copy(int from, int to, int length)
    {
        if (from == to || length == 0)
            return;
        using var grad = no_grad();
        foreach (var tensor in _keys.Concat(_values))
        {
            using var scope = NewDisposeScope();
            tensor.select(0, to).narrow(0, 0, length).copy_(tensor.select(0, from).narrow(0, 0, length));
        }
    }

    public void Dispose()
    {
        foreach (var tensor in _keys.Concat(_values))
            tensor.Dispose();
    }

    /// <summary>Zeros, not uninitialised memory: a masked position still meets the arithmetic, and 0 × NaN is NaN.</summary>
    private Tensor Allocate(int capacity) =>
        zeros([Slots, capacity, _config.NumKeyValueHeads, _config.HeadDim], _type, _device).DetachFromDisposeScope();
}
