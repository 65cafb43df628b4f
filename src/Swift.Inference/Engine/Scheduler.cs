namespace Swift.Inference.Engine;

/// <summary>
/// Decides which sequences run: first come, first served, as many as there is room for, new ones as soon as
/// others end (continuous batching; Yu et al., "Orca", OSDI 2022).
/// </summary>
/// <remarks>
/// The place of a sequence in <see cref="Running"/> is its row in the cache. Rows have no holes: the last sequence
/// moves into the row of one that ended. When the cache becomes paged, this is where a sequence gets its block table.
/// </remarks>
internal sealed class Scheduler(int maxBatchSize, int maxBatchedTokens)
{
    /// <summary>Steps that a sequence waits at most for others, so that prompts are read several at a time.</summary>
    private const int PatienceSteps = 8;

    private readonly LinkedList<Sequence> _waiting = new();
    private readonly List<Sequence> _running = [];

    public IReadOnlyList<Sequence> Running => _running;

    public bool IsIdle => _running.Count == 0 && _waiting.Count == 0;

    public void Enqueue(IEnumerable<Sequence> sequences)
    {
        foreach (var sequence in sequences)
            _waiting.AddLast(sequence);
    }

    /// <summary>
    /// Takes waiting sequences whose prompts make the next forward pass and appends them to <see cref="Running"/>.
    /// Their prompts, each padded to the longest, stay within the token budget; equal prompts count once.
    /// </summary>
    public IReadOnlyList<Sequence> Admit()
    {
        var room = maxBatchSize - _running.Count;
        if (_waiting.Count == 0 || room <= 0)
            return [];
        // In a full batch single rows come free at almost every step. Reading one prompt costs nearly as much as
        // a step of the whole batch, so wait for a few free rows, but not for long.
        if (_running.Count > 0 && room < Math.Min(maxBatchSize / 8, _waiting.Count) && _waiting.First!.Value.StepsWaited++ < PatienceSteps)
            return [];

        var admitted = new List<Sequence>();
        var prompts = new HashSet<IReadOnlyList<int>>(TokenListComparer.Instance);
        var longest = 0;
        while (admitted.Count < room && _waiting.First is { } node)
        {
            var prompt = node.Value.Request.PromptTokens;
            var nextLongest = Math.Max(longest, prompt.Count);
            var isNew = !prompts.Contains(prompt);
            if (isNew && admitted.Count > 0 && nextLongest * (prompts.Count + 1) > maxBatchedTokens)
                break;
            prompts.Add(prompt);
            longest = nextLongest;
            admitted.Add(node.Value);
            _waiting.RemoveFirst();
        }
        _running.AddRange(admitted);
        return admitted;
    }

    /// <summary>Drops waiting sequences that nobody wants any more.</summary>
    public void DropCancelledWaiting()
    {
        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Cancelled)
                _waiting.Remove(node);
            node = next;
        }
    }

    /// <summary>Removes running sequences; <paramref name="move"/> is told which cache row must move where (from, to).</summary>
    /// <param name="ended">Tells of each row whether its sequence goes.</param>
    public void Remove(Predicate<Sequence> ended, Action<int, int> move)
    {
        for (var row = 0; row < _running.Count; row++)
        {
            if (!ended(_running[row]))
                continue;
            while (_running.Count - 1 > row && ended(_running[^1]))
                _running.RemoveAt(_running.Count - 1);
            var last = _running.Count - 1;
            if (last > row)
            {
                _running[row] = _running[last];
                move(last, row);
            }
            _running.RemoveAt(last);
        }
    }

    /// <summary>Every sequence, running or waiting; none is left.</summary>
    public IReadOnlyList<Sequence> Clear()
    {
        Sequence[] all = [.. _running, .. _waiting];
        _running.Clear();
        _waiting.Clear();
        return all;
    }
}
