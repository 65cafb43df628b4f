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
    /// Samples every data set, puts them one after the other and shuffles, or mixes them by <see cref="DataSpec.InterleaveProb"/>. Rows are taken at
    /// random by the data seed, or from the front when <see cref="DataSpec.DatasetShuffle"/> is off; more than there are give whole repetitions and a
    /// remainder. Rows that are <see cref="HeldOut"/> are not among them.
    /// </summary>
    /// <param name="usable">Usable rows of each data set, at least 1.</param>
    /// <param name="wanted">Rows to take of each; null = all.</param>
    /// <param name="seed">Used when <see cref="DataSpec.DataSeed"/> is null.</param>
    public static IReadOnlyList<RowPlace> Of(IReadOnlyList<int> usable, IReadOnlyList<int?> wanted, DataSpec data, long seed)
    {
        var dataSeed = data.DataSeed ?? seed;
        var places = usable.Select((_, dataset) => Sample(Split(usable[dataset], dataset, data, dataSeed).Learned, wanted[dataset], data.DatasetShuffle, dataSeed, dataset)
            .Select(row => new RowPlace(dataset, row)).ToArray()).ToArray();
        if (data.InterleaveProb is { } probabilities)
            return Interleave(places, probabilities, data, dataSeed);
        var all = places.SelectMany(rows => rows).ToArray();
        return data.DatasetShuffle ? Array.ConvertAll(new RandomStream(dataSeed, "dataset-shuffle").Permutation(all.Length), index => all[index]) : all;
    }

    /// <summary>The rows that <see cref="DataSpec.SplitDatasetRatio"/> keeps from being learned: of every data set at random, or the last ones when shuffling is off.</summary>
    /// <inheritdoc cref="Of" path="/param"/>
    public static IReadOnlyList<RowPlace> HeldOut(IReadOnlyList<int> usable, DataSpec data, long seed) =>
        [.. usable.SelectMany((count, dataset) => Split(count, dataset, data, data.DataSeed ?? seed).Held.Select(row => new RowPlace(dataset, row)))];

    /// <summary>One row at least is learned.</summary>
    private static (int[] Learned, int[] Held) Split(int usable, int dataset, DataSpec data, long seed)
    {
        var held = Math.Min((int)Math.Round(usable * data.SplitDatasetRatio), usable - 1);
        int[] rows = [.. Enumerable.Range(0, usable)];
        if (held == 0)
            return (rows, []);
        if (data.DatasetShuffle)
            rows = new RandomStream(seed, "dataset-split", dataset).Permutation(usable);
        var learned = rows[..^held];
        var rest = rows[^held..];
        Array.Sort(learned);
        Array.Sort(rest);
        return (learned, rest);
    }

    private static IEnumerable<int> Sample(int[] rows, int? wanted, bool random, long seed, int dataset)
    {
        var count = wanted ?? rows.Length;
        var sampled = Enumerable.Repeat(rows, count / rows.Length).SelectMany(whole => whole);
        var remainder = count % rows.Length;
        return sampled.Concat(remainder == 0 ? []
            : random ? new RandomStream(seed, "dataset-sample", dataset).Permutation(rows.Length).Take(remainder).Select(index => rows[index])
            : rows.Take(remainder));
    }

    private static List<RowPlace> Interleave(RowPlace[][] places, IReadOnlyList<double> probabilities, DataSpec data, long seed)
    {
        var choice = new RandomStream(seed, "dataset-interleave");
        var taken = new int[places.Length];
        var orders = places.Select((_, dataset) => Order(dataset)).ToArray();
        var mixed = new List<RowPlace>();
        while (data.StoppingStrategy == "all_exhausted" ? Exhausted() < places.Length : Exhausted() == 0)
        {
            var dataset = choice.ChooseBy(probabilities);
            var at = taken[dataset]++ % places[dataset].Length;
            if (at == 0 && taken[dataset] > 1)
                orders[dataset] = Order(dataset);
            mixed.Add(places[dataset][orders[dataset][at]]);
        }

        return mixed;

        int Exhausted() => places.Where((rows, dataset) => taken[dataset] >= rows.Length).Count();

        int[] Order(int dataset) => data.DatasetShuffle
            ? new RandomStream(seed, $"dataset-shuffle-{dataset}", taken[dataset]).Permutation(places[dataset].Length)
            : [.. Enumerable.Range(0, places[dataset].Length)];
    }
}
