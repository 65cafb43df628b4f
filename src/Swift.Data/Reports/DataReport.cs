using Swift.Contracts.Experiments;

namespace Swift.Data.Reports;

/// <summary>What became of the data of a stage.</summary>
/// <param name="Datasets">In the order of the settings.</param>
/// <param name="Lengths">Of the samples that the stage uses, in positions; a row that is used twice counts twice.</param>
public sealed record DataReport(IReadOnlyList<DatasetReport> Datasets, LengthSummary Lengths)
{
    /// <summary>Of the samples that are held out, which are not among the others.</summary>
    public LengthSummary HeldOut { get; init; } = LengthSummary.Of([]);
}

/// <summary>What became of one data set.</summary>
/// <param name="Dataset">As the user wrote it.</param>
/// <param name="RowsRead">Rows of the file, whatever became of them.</param>
/// <param name="RowsKept">Of them, those that can be used.</param>
/// <param name="RowsUsed">Rows that the stage takes; more than <paramref name="RowsKept"/> when rows repeat.</param>
/// <param name="Dropped">The others, by reason.</param>
/// <param name="Lengths">Of the samples of the kept rows.</param>
public sealed record DatasetReport(
    string Dataset, int RowsRead, int RowsKept, int RowsUsed, IReadOnlyList<DroppedRows> Dropped, LengthSummary Lengths)
{
    /// <summary>False when reading stopped at as many rows as were to be looked at.</summary>
    public bool Complete { get; init; } = true;
}
