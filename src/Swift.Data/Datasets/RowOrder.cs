using Swift.Contracts.Pipelines;
using Swift.Data.Randomness;

namespace Swift.Data.Datasets;

/// <summary>A usable row of one of several data sets.</summary>
/// <param name="Dataset">Index of the data set.</param>
/// <param name="Row">0-based among its usable rows, in the order of the file.</param>
public readonly record struct RowPlace(int Dataset, int Row);

/// <summary>Which rows a stage uses, and in which order: a function of how many there are, so that no row needs to be held to draw from them.</summary>
public static class RowOrder
{
    /// <summary>
    /// Samples every data set, puts them one after the other and shuffles. Rows are taken at random by the data seed, or from the front when
    /// <see cref="DataSpec.DatasetShuffle"/> is off; more than there are give whole repetitions and a remainder.
    /// </summary>
    /// <param name="usable">Usable rows of each data set, at least 1.</param>
    /// <param name="wanted">Rows to take of each; null = all.</param>
    /// <param name="seed">Used when <see cref="DataSpec.DataSeed"/> is null.</param>
    public static IReadOnlyList<RowPlace> Of(IReadOnlyList<int> usable, IReadOnlyList<int?> wanted, DataSpec data, long seed)
    {
        var dataSeed = data.DataSeed ?? seed;
        var places = new List<RowPlace>();
        for (var dataset = 0; dataset < usable.Count; dataset++)
        {
            foreach (var row in Sample(usable[dataset], wanted[dataset], data.DatasetShuffle, dataSeed, dataset))
                places.Add(new RowPlace(dataset, row));
        }

        if (!data.DatasetShuffle)
            return places;
        var order = new RandomStream(dataSeed, "dataset-shuffle").Permutation(places.Count);
        return Array.ConvertAll(order, index => places[index]);
    }

    private static IEnumerable<int> Sample(int usable, int? wanted, bool random, long seed, int dataset)
    {
        var count = wanted ?? usable;
        var whole = Enumerable.Range(0, usable);
        var sampled = Enumerable.Repeat(whole, count / usable).SelectMany(rows => rows);
        var remainder = count % usable;
        return sampled.Concat(remainder == 0 ? []
            : random ? new RandomStream(seed, "dataset-sample", dataset).Permutation(usable).Take(remainder)
            : whole.Take(remainder));
    }
}
