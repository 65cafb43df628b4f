using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Reading;

namespace Swift.Data.Datasets;

/// <summary>The rows of a stage.</summary>
/// <param name="Rows">In the order in which they are used; one that is used twice is there twice.</param>
/// <param name="Datasets">What they were taken from.</param>
public sealed record LoadedRows(IReadOnlyList<DataRow> Rows, IReadOnlyList<LoadedDataset> Datasets)
{
    /// <summary>Rows that could not be used.</summary>
    public IReadOnlyList<DroppedRows> Dropped => [.. Datasets.SelectMany(dataset => dataset.Dropped)];
}

/// <summary>What a data set holds.</summary>
/// <param name="Rows">Usable ones, each once, in the order of the file.</param>
public sealed record LoadedDataset(DatasetFile File, IReadOnlyList<DataRow> Rows, IReadOnlyList<DroppedRows> Dropped);

/// <summary>Reads data sets.</summary>
public static class DatasetReader
{
    /// <summary>
    /// Loads every data set into memory, in the order of <see cref="RowOrder"/>.
    /// </summary>
    /// <param name="seed">Used when <see cref="DataSpec.DataSeed"/> is null.</param>
    /// <exception cref="SwiftException">
    /// Bad input: <c>dataset_missing</c>, <c>dataset_unreadable</c>, <c>dataset_empty</c>, <c>dataset_unusable</c> (no row can be used),
    /// <c>dataset_row_invalid</c> (strict).
    /// </exception>
    public static LoadedRows Load(IReadOnlyList<DatasetFile> files, DataSpec data, RowUse use, long seed, CancellationToken ct)
    {
        var datasets = new List<LoadedDataset>();
        foreach (var file in files)
        {
            var dropped = new DroppedRowCounter();
            DataRow[] usable = [.. Read(file, data, use, dropped, ct)];
            datasets.Add(new LoadedDataset(file, usable.Length > 0 ? usable : throw NothingUsable(file, dropped.ToList()), dropped.ToList()));
        }

        var order = RowOrder.Of([.. datasets.Select(dataset => dataset.Rows.Count)], [.. files.Select(file => file.Rows)], data, seed);
        return new LoadedRows([.. order.Select(place => datasets[place.Dataset].Rows[place.Row])], datasets);
    }

    /// <summary>The usable rows of one data set in the order of its file, one in memory at a time.</summary>
    /// <param name="dropped">Counts the others.</param>
    /// <param name="limit">Rows to look at, usable or not; null = all.</param>
    /// <exception cref="SwiftException">Bad input: <c>dataset_missing</c>, <c>dataset_unreadable</c>, <c>dataset_row_invalid</c> (strict).</exception>
    public static IEnumerable<DataRow> Read(DatasetFile file, DataSpec data, RowUse use, DroppedRowCounter dropped, CancellationToken ct, int? limit = null)
    {
        var parser = new RowParser(data.Columns, data.System, use);
        foreach (var raw in RawRows.Read(file, ct).Take(limit ?? int.MaxValue))
        {
            if (parser.TryParse(raw, out var row) is not { } reason)
                yield return row!;
            else if (data.Strict)
                throw RowInvalid(raw.File, raw.Line, reason);
            else
                dropped.Add(raw.File, reason, raw.Line);
        }
    }

    /// <summary>No row of a data set can be used, or there is none.</summary>
    public static SwiftException NothingUsable(DatasetFile file, IReadOnlyList<DroppedRows> dropped) => dropped.Count == 0
        ? SwiftException.BadInput("dataset_empty", $"Data set '{file.Name}' holds no rows.")
        : SwiftException.BadInput("dataset_unusable", $"No row of data set '{file.Name}' can be used: {DroppedRowCounter.Text(dropped)}.{Hint(dropped)}");

    /// <summary>A document over several lines, which is what most JSON files are, looks like lines that are no rows.</summary>
    private static string Hint(IReadOnlyList<DroppedRows> dropped) =>
        dropped.All(rows => rows.Reason == "bad_json") ? " JSON is read as one object a line, or as one array of objects." : "";

    /// <summary>A row cannot be used, and strict is on.</summary>
    public static SwiftException RowInvalid(string file, int line, string reason) =>
        SwiftException.BadInput("dataset_row_invalid", $"Line {line} of data set '{file}' cannot be used ({reason}), and strict is on.");
}
