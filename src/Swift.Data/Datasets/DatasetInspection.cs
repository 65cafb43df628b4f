using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Reading;

namespace Swift.Data.Datasets;

/// <summary>What a look at a data set found.</summary>
/// <param name="Rows">Rows looked at, usable or not.</param>
/// <param name="UsableRows">Of them, those that the stage can use.</param>
/// <param name="Complete">The whole file was looked at, not only the first rows.</param>
public sealed record InspectedDataset(string Dataset, int Rows, int UsableRows, IReadOnlyList<DroppedRows> Unusable, bool Complete);

/// <summary>Looks at a data set before a worker gets it: no tokenizer, no tensors.</summary>
public static class DatasetInspection
{
    /// <param name="path">As a specification writes it: <c>path</c> or <c>path#500</c>.</param>
    /// <param name="data">Column names, system message, strictness; null = the defaults.</param>
    /// <param name="limit">Rows to look at; null = all.</param>
    /// <param name="use">What the stage needs of a row.</param>
    /// <exception cref="SwiftException">
    /// Bad input: <c>dataset_path_invalid</c>, <c>dataset_missing</c>, <c>dataset_unreadable</c>, <c>dataset_empty</c>, <c>dataset_unusable</c>,
    /// <c>dataset_row_invalid</c> (strict), <c>dataset_column_missing</c> (a renamed column that no row has).
    /// </exception>
    public static InspectedDataset Inspect(string path, DataSpec? data, RowUse use, int? limit, CancellationToken ct)
    {
        var file = DatasetFile.Parse(path);
        var columns = data?.Columns ?? new Dictionary<string, string>();
        var parser = new RowParser(columns, data?.System, use);
        var unusable = new DroppedRowCounter();
        int rows = 0, usable = 0;
        var complete = true;
        foreach (var raw in RawRows.Read(file, ct))
        {
            if (rows == limit)
            {
                complete = false;
                break;
            }

            rows++;
            var reason = parser.TryParse(raw, out _);
            if (reason is null)
                usable++;
            else if (data is { Strict: true })
                throw DatasetReader.RowInvalid(raw.File, raw.Line, reason);
            else
                unusable.Add(raw.File, reason, raw.Line);
        }

        if (rows > 0 && columns.Keys.FirstOrDefault(name => !parser.RenamedColumns.Contains(name)) is { } missing)
            throw SwiftException.BadInput("dataset_column_missing", $"No row of data set '{file.Name}' has the column '{missing}' that columns renames.");
        if (usable == 0)
            throw DatasetReader.NothingUsable(file, unusable.ToList());
        return new InspectedDataset(file.Name, rows, usable, unusable.ToList(), complete);
    }
}
