using Swift.Models.Decoders;
using static TorchSharp.torch;

namespace Swift.Inference.Engine;

/// <summary>
/// Feeds the decoder: prompts of new sequences, or the newest token of every running one, and keeps what they leave in
/// the cache. Sequence i of the running ones has slot i.
/// </summary>
internal sealed class ModelRunner(Decoder decoder, int slots) : IDisposable
{
    /// <summary>Room for a prompt and an answer of a few sentences; the cache grows where that is too little.</summary>
    private const int InitialCapacity = 128;

    private readonly KeyValueCache _cache = new(decoder.Config, slots, InitialCapacity, decoder.Device, decoder.Type);

    /// <summary>Reads the prompts of <paramref name="sequences"/> into the slots from <paramref name="firstSlot"/> on. Equal prompts are read once and copied.</summary>
    /// <returns>Logits behind each prompt, [sequences, vocab], float32.</returns>
    public Tensor Prefill(IReadOnlyList<Sequence> sequences, int firstSlot)
    {
        using var scope = NewDisposeScope();
        var prompts = new List<IReadOnlyList<int>>();
        var rowOf = new Dictionary<IReadOnlyList<int>, int>(TokenListComparer.Instance);
        foreach (var prompt in sequences.Select(s => s.Request.PromptTokens))
        {
            if (rowOf.TryAdd(prompt, prompts.Count))
                prompts.Add(prompt);
        }

        var longest = prompts.Max(p => p.Count);
        var ids = new long[prompts.Count * longest];
        for (var row = 0; row < prompts.Count; row++)
        {
            for (var i = 0; i < prompts[row].Count; i++)
                ids[(row * longest) + i] = prompts[row][i];
        }
        using var attention = new CachedAttention(_cache, firstSlot, new int[prompts.Count], longest);
        var hidden = decoder.Hidden(tensor(ids, prompts.Count, longest, device: decoder.Device), attention.Positions, attention).flatten(0, 1);

        // From the last sequence to the first: a row is copied away before the sequence whose slot it lies in moves in.
        for (var i = sequences.Count - 1; i >= 0; i--)
        {
            var prompt = sequences[i].Request.PromptTokens;
            _cache.Copy(firstSlot + rowOf[prompt], firstSlot + i, prompt.Count);
        }
        var ends = sequences.Select(s => ((long)rowOf[s.Request.PromptTokens] * longest) + s.Request.PromptTokens.Count - 1);
        return Logits(hidden.index_select(0, tensor(ends.ToArray(), device: decoder.Device))).MoveToOuterDisposeScope();
    }

    /// <summary>Feeds the newest token of every sequence; sequence i has slot i.</summary>
    /// <returns>Logits behind it, [sequences, vocab], float32.</returns>
    public Tensor Decode(IReadOnlyList<Sequence> sequences)
    {
        using var scope = NewDisposeScope();
        var ids = new long[sequences.Count];
        var starts = new int[sequences.Count];
        for (var i = 0; i < ids.Length; i++)
            (ids[i], starts[i]) = (sequences[i].NewestToken, sequences[i].CachedLength);
        using var attention = new CachedAttention(_cache, 0, starts, 1);
        var hidden = decoder.Hidden(tensor(ids, ids.Length, 1, device: decoder.Device), attention.Positions, attention);
        return Logits(hidden.squeeze(1)).MoveToOuterDisposeScope();
    }

    /// <summary>A sequence moves to another slot.</summary>
    public void Move(int from, int to, Sequence sequence) => _cache.Copy(from, to, sequence.CachedLength);

    public void Dispose() => _cache.Dispose();

    private Tensor Logits(Tensor hidden) => decoder.Logits(hidden).to(ScalarType.Float32);
}
