using Swift.Data.Randomness;

namespace Swift.Evaluation.Rollouts;

/// <summary>
/// Which rows an iteration asks. Rows are gone through in an order drawn anew for every epoch; no state is kept, any shard of
/// any iteration can be planned alone.
/// </summary>
/// <param name="rows">Rows of the data set, at least 1.</param>
internal sealed class PromptPlan(int rows, long seed)
{
    private readonly Dictionary<long, int[]> _orders = [];

    /// <summary>Groups of one shard, in order: shard s of n has s, s + n, s + 2n …</summary>
    public static IEnumerable<int> GroupsOf(int shard, int shards, int groupsPerIteration)
    {
        for (var group = shard; group < groupsPerIteration; group += shards)
            yield return group;
    }

    /// <summary>The row of a group, and then, for when it cannot be used, every other row from there on in the order of the epoch.</summary>
    public IEnumerable<int> RowsFor(int iteration, int group, int groupsPerIteration)
    {
        var place = ((long)iteration * groupsPerIteration) + group;
        var order = OrderOf(place / rows);
        for (var i = 0; i < rows; i++)
            yield return order[((place % rows) + i) % rows];
    }

    private int[] OrderOf(long epoch)
    {
        if (!_orders.TryGetValue(epoch, out var order))
            _orders[epoch] = order = new RandomStream(seed, "rollout-prompts", epoch).Permutation(rows);
        return order;
    }
}
