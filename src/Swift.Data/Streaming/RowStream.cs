using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;
using Swift.Data.Randomness;

namespace Swift.Data.Streaming;

/// <summary>
/// The usable rows of data sets that need not fit into memory, one after the other or mixed by <see cref="DataSpec.InterleaveProb"/>. Rows are shuffled in
/// blocks: a block is drawn, put into an order that is a function of seed and block, and given away. So a <see cref="Position"/> holds no row, and a
/// stream that goes on from one gives exactly the rows that the first one would have given.
/// </summary>
/// <param name="blockRows">Rows in memory, and how far shuffling reaches.</param>
/// <param name="seed">Used when <see cref="DataSpec.DataSeed"/> is null.</param>
/// <param name="from">Where to go on; null = at the beginning.</param>
public sealed class RowStream(IReadOnlyList<DatasetFile> datasets, DataSpec data, RowUse use, int blockRows, long seed, RowStreamPosition? from = null)
{
    private readonly long _seed = data.DataSeed ?? seed;

    /// <summary>Behind the row that was given last.</summary>
    public RowStreamPosition Position { get; private set; } = from ?? new RowStreamPosition(0, 0, [.. datasets.Select(_ => default(StreamSource))], []);

    /// <summary>Gives the rows. <c>path#500</c> ends a data set after its first 500 usable rows.</summary>
    /// <exception cref="SwiftException">Bad input: <c>dataset_missing</c>, <c>dataset_unreadable</c>, <c>dataset_unusable</c>, <c>dataset_row_invalid</c> (strict).</exception>
    public IEnumerable<DataRow> Read(CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blockRows, 1);
        var dropped = new DroppedRowCounter();
        dropped.Add(Position.Dropped);
        var sources = datasets.Select((file, i) => new RowSource(file, data, use, dropped, Position.Sources[i], ct)).ToArray();
        try
        {
            while (true)
            {
                var start = Position;
                var rows = Draw(sources, new RandomStream(_seed, "stream-interleave", start.Block));
                int[] order = data.DatasetShuffle ? new RandomStream(_seed, "stream-shuffle", start.Block).Permutation(rows.Count) : [.. Enumerable.Range(0, rows.Count)];
                for (var i = start.RowsOfBlock; i < rows.Count; i++)
                {
                    Position = start with { RowsOfBlock = i + 1 };
                    yield return rows[order[i]];
                }

                Position = new RowStreamPosition(start.Block + 1, 0, [.. sources.Select(source => source.Place)], dropped.ToList());
                if (rows.Count < blockRows)
                    yield break;
            }
        }
        finally
        {
            foreach (var source in sources)
                source.Dispose();
        }
    }

    private List<DataRow> Draw(RowSource[] sources, RandomStream choice)
    {
        var rows = new List<DataRow>();
        while (rows.Count < blockRows && Next(sources, choice) is { } row)
            rows.Add(row);
        return rows;
    }

    private DataRow? Next(RowSource[] sources, RandomStream choice)
    {
        if (data.InterleaveProb is not { } probabilities)
            return sources.Where(source => source.Place.Passes == 0).Select(source => source.Next()).FirstOrDefault(row => row is not null);
        if (Ended(sources))
            return null;
        var chosen = sources[choice.ChooseBy(probabilities)];
        return chosen.Next() ?? (Ended(sources) ? null : chosen.Next());
    }

    private bool Ended(RowSource[] sources) =>
        data.StoppingStrategy == "all_exhausted" ? sources.All(source => source.Place.Passes > 0) : sources.Any(source => source.Place.Passes > 0);
}
