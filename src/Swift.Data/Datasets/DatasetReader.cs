using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Randomness;
using Swift.Data.Reading;

namespace Swift.Data.Datasets;

/// <summary>The rows of a stage, in the order in which they are used.</summary>
/// <param name="Dropped">Rows that could not be used.</param>
public sealed record LoadedRows(IReadOnlyList<DataRow> Rows, IReadOnlyList<DroppedRows> Dropped);

/// <summary>Reads, samples, concatenates and shuffles data sets.</summary>
public static class DatasetReader
{
    /// <summary>
    /// Loads every file. <see cref="DatasetFile.Rows"/> is taken among usable rows: at random by the data seed, or from the front when
    /// <see cref="DataSpec.DatasetShuffle"/> is off; more than there are gives whole repetitions and a remainder.
    /// </summary>
    /// <param name="seed">Used when <see cref="DataSpec.DataSeed"/> is null.</param>
    /// <exception cref="SwiftException">
    /// Bad input: <c>dataset_missing</c>, <c>dataset_unreadable</c>, <c>dataset_empty</c>, <c>dataset_unusable</c> (no row can be used),
    /// <c>dataset_row_invalid</c> (strict).
    /// </exception>
    public static LoadedRows Load(IReadOnlyList<DatasetFile> files, DataSpec data, RowUse use, long seed, CancellationToken ct)
    {
        var dropped = new DroppedRowCounter();
        var rows = new List<DataRow>();
        var dataSeed = data.DataSeed ?? seed;
        for (var i = 0; i < files.Count; i++)
            rows.AddRange(Sample(ReadFile(files[i], data, use, dropped, ct), files[i].Rows, data.DatasetShuffle, dataSeed, i));
        if (!data.DatasetShuffle)
            return new LoadedRows(rows, dropped.ToList());
        var order = new RandomStream(dataSeed, "dataset-shuffle").Permutation(rows.Count);
        return new LoadedRows(Array.ConvertAll(order, index => rows[index]), dropped.ToList());
    }

    private static List<DataRow> ReadFile(DatasetFile file, DataSpec data, RowUse use, DroppedRowCounter dropped, CancellationToken ct)
    {
        var parser = new RowParser(data.Columns, data.System, use);
        var rows = new List<DataRow>();
        var fileDropped = new DroppedRowCounter();
        foreach (var raw in RawRows.Read(file, ct))
        {
            var reason = raw.Problem;
            if (reason is null)
            {
                try
                {
                    rows.Add(parser.Parse(raw.File, raw.Line, raw.Json));
                    continue;
                }
                catch (RowInvalidException invalid)
                {
                    reason = invalid.Reason;
                }
            }

            if (data.Strict)
                throw RowInvalid(raw.File, raw.Line, reason);
            fileDropped.Add(raw.File, reason, raw.Line);
            dropped.Add(raw.File, reason, raw.Line);
        }

        if (rows.Count == 0)
            throw NothingUsable(file, fileDropped);
        return rows;
    }

    private static IEnumerable<DataRow> Sample(List<DataRow> rows, int? wanted, bool random, long seed, int fileIndex)
    {
        if (wanted is not { } count)
            return rows;
        var sampled = new List<DataRow>(count);
        for (var repetition = 0; repetition < count / rows.Count; repetition++)
            sampled.AddRange(rows);
        var remainder = count % rows.Count;
        if (random)
            sampled.AddRange(new RandomStream(seed, "dataset-sample", fileIndex).Permutation(rows.Count).Take(remainder).Select(i => rows[i]));
        else
            sampled.AddRange(rows.Take(remainder));
        return sampled;
    }

    internal static SwiftException NothingUsable(DatasetFile file, DroppedRowCounter dropped) => dropped.Total == 0
        ? SwiftException.BadInput("dataset_empty", $"Data set '{file.Name}' holds no rows.")
        : SwiftException.BadInput("dataset_unusable", $"No row of data set '{file.Name}' can be used: {dropped}.");

    internal static SwiftException RowInvalid(string file, int line, string reason) =>
        SwiftException.BadInput("dataset_row_invalid", $"Line {line} of data set '{file}' cannot be used ({reason}), and strict is on.");
}
